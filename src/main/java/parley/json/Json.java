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

/// JSON for all dialects: snake_case unless a record says otherwise, times in RFC 3339 in UTC.
public final class Json {
  /// More than any legitimate request needs. Each level costs stack space.
  private static final int MAX_DEPTH = 100;

  /// Digits of a number. The time to parse one grows with their square.
  private static final int MAX_DIGITS = 200;

  /// Values of the reason type are rejected rather than coerced, such as `1.5` for an integer or
  /// `5` for a name.
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
          // Keeps numbers exact when they are passed on.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              text ->
                  text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          // A number would select a constant by its ordinal.
          .withCoercionConfig(
              LogicalType.Enum,
              name -> name.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail))
          .build();

  private Json() {}

  /// Parses a request body, ignoring unknown fields.
  ///
  /// @throws Problem BAD_JSON unless the body is a JSON object, BAD_VALUE for a field of the reason
  ///   type
  public static <T> T readBody(String body, Class<T> type) {
    try {
      T value = MAPPER.readValue(body, type);
      if (value == null) {
        throw new Problem(ProblemCode.BAD_JSON, "The body is not a JSON object.");
      }
      return value;
    } catch (JacksonException e) {
      throw problem(e);
    }
  }

  /// Replaces Jackson's messages, which contain class names of this program.
  private static Problem problem(JacksonException e) {
    if (e instanceof StreamConstraintsException) {
      return new Problem(
          ProblemCode.BAD_JSON,
          "The body is nested more than %d levels deep or has a number with more than %d digits."
              .formatted(MAX_DEPTH, MAX_DIGITS));
    }
    if (e instanceof StreamReadException) {
      TokenStreamLocation place = e.getLocation();
      return new Problem(
          ProblemCode.BAD_JSON,
          "The body is not valid JSON: error in line %d, column %d."
              .formatted(place.getLineNr(), place.getColumnNr()));
    }
    String field =
        e.getPath().stream()
            .map(JacksonException.Reference::getPropertyName)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("."));
    return field.isEmpty()
        ? new Problem(ProblemCode.BAD_JSON, "The body is not a JSON object.")
        : new Problem(ProblemCode.BAD_VALUE, "'" + field + "' " + reason(e)).at(field);
  }

  private static String reason(JacksonException e) {
    Class<?> type = e instanceof MismatchedInputException misfit ? misfit.getTargetType() : null;
    return type != null && type.isEnum()
        ? "must be one of "
            + Stream.of(type.getEnumConstants())
                .map(Object::toString)
                .collect(Collectors.joining(", "))
            + "."
        : "has the wrong type.";
  }

  /// Parses JSON that this program wrote.
  public static <T> T read(String json, Class<T> type) {
    return MAPPER.readValue(json, type);
  }

  /// Parses JSON of another program. Throws JacksonException when it is invalid.
  public static JsonNode tree(byte[] json) {
    return MAPPER.readTree(json);
  }

  /// The fields of a JSON object that this program wrote, in order.
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
