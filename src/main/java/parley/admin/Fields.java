package parley.admin;

import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import tools.jackson.databind.JsonNode;

/// Reads fields of a JSON body where an absent one differs from null.
final class Fields {
  private Fields() {}

  /// A text; `otherwise` when it is absent or null, VALIDATION when it is no text.
  static String text(JsonNode body, String name, String otherwise) {
    JsonNode field = body.get(name);
    if (field == null || field.isNull()) {
      return otherwise;
    }
    if (!field.isString()) {
      throw refused(name, "a text");
    }
    return field.asString();
  }

  /// A text, or null where the body says null; `otherwise` when it is absent.
  static @Nullable String textOrNull(JsonNode body, String name, @Nullable String otherwise) {
    JsonNode field = body.get(name);
    if (field == null) {
      return otherwise;
    }
    return field.isNull() ? null : text(body, name, "");
  }

  /// True or false; `otherwise` when it is absent.
  static boolean truth(JsonNode body, String name, boolean otherwise) {
    JsonNode field = body.get(name);
    if (field == null) {
      return otherwise;
    }
    if (!field.isBoolean()) {
      throw refused(name, "true or false");
    }
    return field.asBoolean();
  }

  /// A whole number from `least` to `most`, or null where the body says null; `otherwise` when it
  /// is absent.
  static @Nullable Long number(
      JsonNode body, String name, @Nullable Long otherwise, long least, long most) {
    JsonNode field = body.get(name);
    if (field == null) {
      return otherwise;
    }
    if (field.isNull()) {
      return null;
    }
    if (!field.canConvertToLong()
        || !field.isIntegralNumber()
        || field.asLong() < least
        || field.asLong() > most) {
      throw refused(name, "null or a whole number from " + least + " to " + most);
    }
    return field.asLong();
  }

  private static Problem refused(String name, String rule) {
    return new Problem(ProblemCode.VALIDATION, "'" + name + "' is " + rule + ".").at(name);
  }
}
