package parley.web;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// JSON as all dialects write it: snake_case unless a record says otherwise, times in RFC 3339 UTC.
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private Json() {}

  /// Reads a request's body; unknown fields are ignored. Throws BAD_JSON on anything else.
  public static <T> T read(InputStream body, Class<T> type) {
    try {
      T value = MAPPER.readValue(body, type);
      if (value == null) {
        throw new Problem(ProblemCode.BAD_JSON, "The body is not a JSON object.");
      }
      return value;
    } catch (JacksonException e) {
      throw new Problem(
          ProblemCode.BAD_JSON, "The body is not the JSON expected: " + e.getOriginalMessage());
    }
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
