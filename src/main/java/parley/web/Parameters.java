package parley.web;

import java.util.Locale;
import parley.problem.Problem;
import parley.text.Parsed;

/// Parses parameters of queries and fields of forms.
final class Parameters {
  private Parameters() {}

  /// @throws Problem BAD_REQUEST unless the text is a whole number from `min` to `max`
  static int integer(String name, String text, int min, int max) {
    return Parsed.of(text, Integer::valueOf)
        .filter(value -> value >= min && value <= max)
        .orElseThrow(
            () -> Problem.badRequest(name, "must be a whole number from " + min + " to " + max));
  }

  /// @throws Problem BAD_REQUEST unless the text is true, false, 1 or 0 in any case
  static boolean flag(String name, String text) {
    // Python clients send True.
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw Problem.badRequest(name, "must be true or false");
    };
  }
}
