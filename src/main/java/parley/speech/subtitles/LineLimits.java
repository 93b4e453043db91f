package parley.speech.subtitles;

import java.util.Optional;
import java.util.function.Function;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.text.Parsed;

/// How much text one cue may show.
///
/// @param width the columns of a line, as [DisplayWidth] counts them: 10 to 200
/// @param count the lines of a cue: 1 to 4
public record LineLimits(int width, int count) {
  /// Two lines of 42 columns, as Netflix's "Timed Text Style Guide" (sections "Character
  /// limitation" of most languages) and most broadcasters ask for.
  public static final LineLimits DEFAULT = new LineLimits(42, 2);

  private static final String WIDTH = "max_line_width";
  private static final String COUNT = "max_line_count";

  public LineLimits {
    require(WIDTH, width, 10, 200);
    require(COUNT, count, 1, 4);
  }

  /// Parses `max_line_width` and `max_line_count`.
  ///
  /// @param fields the value of each field as text, as in a form or a query
  /// @throws Problem VALIDATION for anything but a whole number in range
  public static LineLimits parse(Function<String, Optional<String>> fields) {
    return new LineLimits(
        number(WIDTH, fields, DEFAULT.width), number(COUNT, fields, DEFAULT.count));
  }

  private static int number(
      String field, Function<String, Optional<String>> fields, int otherwise) {
    return fields
        .apply(field)
        .map(text -> Parsed.of(text.strip(), Integer::valueOf).orElseThrow(() -> invalid(field)))
        .orElse(otherwise);
  }

  private static void require(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw invalid(field);
    }
  }

  private static Problem invalid(String field) {
    return new Problem(
            ProblemCode.VALIDATION,
            "'max_line_width' is a whole number from 10 to 200, 'max_line_count' from 1 to 4.")
        .at(field);
  }
}
