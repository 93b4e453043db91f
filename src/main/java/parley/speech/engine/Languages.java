package parley.speech.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// The languages that Whisper knows, in the order of its tokens.
public final class Languages {
  private static final List<String> CODES =
      Arrays.asList(
          ("en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta"
                  + " no th ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne"
                  + " mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht"
                  + " ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jv su")
              .split(" "));

  private Languages() {}

  static int count() {
    return CODES.size();
  }

  /// ISO 639-1 of the language (Hawaiian has none: `haw`).
  static String code(int index) {
    return CODES.get(index);
  }

  /// The ISO 639-1 code of what a caller said of the language; null when nothing was said.
  ///
  /// @param field in which the caller said it
  /// @throws Problem `VALIDATION` when the language is not known
  public static @Nullable String normal(@Nullable String hint, String field) {
    int index;
    try {
      index = indexOf(hint);
    } catch (Problem unknown) {
      throw unknown.at(field);
    }
    return index < 0 ? null : code(index);
  }

  /// Finds the language that a caller named.
  ///
  /// @param hint ISO 639-1 in any case, optionally with a region (`de-AT`); null or blank says
  ///   nothing
  /// @return the language's index, or −1 when nothing was said
  /// @throws Problem `VALIDATION` when the language is not known
  static int indexOf(@Nullable String hint) {
    if (hint == null || hint.isBlank()) {
      return -1;
    }
    String code = hint.trim().toLowerCase(Locale.ROOT).split("[-_]", 2)[0];
    int index =
        CODES.indexOf(
            switch (code) {
              // What the token is called in OpenAI's list, and two old or wider codes.
              case "jw" -> "jv";
              case "iw" -> "he";
              case "nb" -> "no";
              default -> code;
            });
    if (index < 0) {
      String shown = hint.length() > 20 ? hint.substring(0, 20) + "…" : hint;
      throw new Problem(ProblemCode.VALIDATION, "The language '" + shown + "' is not known.");
    }
    return index;
  }
}
