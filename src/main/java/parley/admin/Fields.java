package parley.admin;

import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import tools.jackson.databind.JsonNode;

/// Reads fields of a JSON body that distinguishes absent fields from null.
final class Fields {
  private Fields() {}

  /// A string; `otherwise` when it is absent or null. Throws VALIDATION for other types.
  static String text(JsonNode body, String name, String otherwise) {
    @Nullable String text = textOrNull(body, name, otherwise);
    return text == null ? otherwise : text;
  }

  /// A string or null; `otherwise` when it is absent.
  static @Nullable String textOrNull(JsonNode body, String name, @Nullable String otherwise) {
    JsonNode field = body.get(name);
    if (field == null) {
      return otherwise;
    }
    if (!field.isString() && !field.isNull()) {
      throw Problem.invalid(name, "must be a string or null");
    }
    return field.isNull() ? null : field.asString();
  }

  /// A boolean; `otherwise` when it is absent.
  static boolean bool(JsonNode body, String name, boolean otherwise) {
    JsonNode field = body.get(name);
    if (field == null) {
      return otherwise;
    }
    if (!field.isBoolean()) {
      throw Problem.invalid(name, "must be true or false");
    }
    return field.asBoolean();
  }

  /// An integer from `min` to `max` or null; `otherwise` when it is absent.
  static @Nullable Long number(
      JsonNode body, String name, @Nullable Long otherwise, long min, long max) {
    JsonNode field = body.get(name);
    if (field == null) {
      return otherwise;
    }
    if (field.isNull()) {
      return null;
    }
    if (!field.canConvertToLong()
        || !field.isIntegralNumber()
        || field.asLong() < min
        || field.asLong() > max) {
      throw Problem.invalid(name, "must be null or a whole number from " + min + " to " + max);
    }
    return field.asLong();
  }
}
