package parley.json;

import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/// JSON as all dialects write it: snake_case unless a record says otherwise, times in RFC 3339 UTC.
public final class Json {
  /// Deeper than anything anybody means; each level takes stack, and memory in those who read it.
  private static final int MAX_DEPTH = 100;

  /// Of a number, which takes time that grows with their square.
  private static final int MAX_DIGITS = 200;

  /// A value of another type than a field has is refused and not made to fit: who sends `1.5` for a
  /// whole number, or `5` for a name, means something else than would be done.
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_DIGITS)
                          .build())
                  .build())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          // Numbers that are passed on come out as they went in.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              text ->
                  text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          // A number would name a constant by its place, which nobody who sends one means.
          .withCoercionConfig(
              LogicalType.Enum,
              name -> name.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail))
          .build();

  private Json() {}

  /// Reads a request's body; unknown fields are ignored. Throws BAD_JSON for what is no JSON
  /// object, BAD_VALUE for a field that does not fit.
  public static <T> T readBody(String body, Class<T> type) {
    try {
      T value = MAPPER.readValue(body, type);
      if (value == null) {
        throw new Problem(ProblemCode.BAD_JSON, "The body is not a JSON object.");
      }
      return value;
    } catch (JacksonException e) {
      throw refusal(e);
    }
  }

  /// Jackson's own words name classes of this program.
  private static Problem refusal(JacksonException e) {
    if (e instanceof StreamConstraintsException) {
      return new Problem(
          ProblemCode.BAD_JSON,
          "The body is nested more than %d deep, or has a number of more than %d digits."
              .formatted(MAX_DEPTH, MAX_DIGITS));
    }
    if (e instanceof StreamReadException) {
      TokenStreamLocation place = e.getLocation();
      return new Problem(
          ProblemCode.BAD_JSON,
          "The body is not JSON: it breaks in line %d, column %d."
              .formatted(place.getLineNr(), place.getColumnNr()));
    }
    String field =
        e.getPath().stream()
            .map(JacksonException.Reference::getPropertyName)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("."));
    return field.isEmpty()
        ? new Problem(ProblemCode.BAD_JSON, "The body is not one JSON object.")
        : new Problem(ProblemCode.BAD_VALUE, "'" + field + "' " + wrong(e)).at(field);
  }

  private static String wrong(JacksonException e) {
    Class<?> type = e instanceof MismatchedInputException misfit ? misfit.getTargetType() : null;
    return type != null && type.isEnum()
        ? "is one of "
            + Stream.of(type.getEnumConstants())
                .map(Object::toString)
                .collect(Collectors.joining(", "))
            + "."
        : "is not of the type it has to be.";
  }

  /// Reads JSON that this program wrote itself.
  public static <T> T read(String json, Class<T> type) {
    return MAPPER.readValue(json, type);
  }

  /// Reads what another program sent. Throws JacksonException when it is no JSON.
  public static JsonNode tree(byte[] json) {
    return MAPPER.readTree(json);
  }

  /// The fields of a JSON object that this program wrote itself, in their order.
  public static Map<String, Object> fields(String json) {
    return MAPPER.readValue(json, new TypeReference<LinkedHashMap<String, Object>>() {});
  }

  public static String write(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  public static void write(Object value, OutputStream out) {
    MAPPER.writeValue(out, value);
  }
}
