package parley.speech.subtitles;

import parley.problem.Problem;
import parley.problem.ProblemCode;

/// How much text one cue may show.
///
/// @param width the columns of a line, as [DisplayWidth] counts them: 10 to 200
/// @param count the lines of a cue: 1 to 4
public record LineLimits(int width, int count) {
  /// Two lines of 42 columns, as Netflix's "Timed Text Style Guide" (sections "Character
  /// limitation" of most languages) and most broadcasters ask for.
  public static final LineLimits DEFAULT = new LineLimits(42, 2);

  public LineLimits {
    require("max_line_width", width, 10, 200);
    require("max_line_count", count, 1, 4);
  }

  private static void require(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw new Problem(
              ProblemCode.VALIDATION, "'" + field + "' is a number from " + min + " to " + max + ".")
          .at(field);
    }
  }
}
