package parley.speech.transcript;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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

  /// Values by which clients request language detection; `und` and `mul` are ISO 639-2 for
  /// undetermined and multiple languages.
  private static final Set<String> UNSAID =
      Set.of("auto", "autodetect", "detect", "multi", "und", "mul", "null", "none");

  private static final Map<String, String> OTHER_CODES = otherCodes();

  private Languages() {}

  /// Returns the number of languages; their indices start at 0.
  public static int count() {
    return CODES.size();
  }

  /// Returns the ISO 639-1 code of a language (`haw` for Hawaiian, which has none).
  public static String code(int index) {
    return CODES.get(index);
  }

  /// Returns the ISO 639-1 code of a caller's language hint; null if it requests detection.
  ///
  /// @param field the request field of the hint
  /// @throws Problem `VALIDATION` if the language is unknown
  public static @Nullable String normal(@Nullable String hint, String field) {
    int index;
    try {
      index = indexOf(hint);
    } catch (Problem unknown) {
      throw unknown.at(field);
    }
    return index < 0 ? null : code(index);
  }

  /// Resolves a caller's language hint.
  ///
  /// @param hint case-insensitive: ISO 639-1, 639-2 or 639-3, also as a tag with script and region
  ///   (`zh-Hans-CN`, `de_AT`), or an English name; null, blank, `auto` and the codes for multiple
  ///   or undetermined languages request detection
  /// @return the language's index, or −1 to detect it
  /// @throws Problem `VALIDATION` if the language is unknown
  public static int indexOf(@Nullable String hint) {
    if (hint == null || hint.isBlank()) {
      return -1;
    }
    String name = hint.strip().toLowerCase(Locale.ROOT);
    String tag = name.split("[-_]", 2)[0];
    if (UNSAID.contains(name) || UNSAID.contains(tag)) {
      return -1;
    }
    int index = CODES.indexOf(shortCode(tag));
    if (index < 0) {
      index = LanguageNames.code(name).map(CODES::indexOf).orElse(-1);
    }
    if (index < 0) {
      String shown = hint.length() > 20 ? hint.substring(0, 20) + "…" : hint;
      throw new Problem(ProblemCode.VALIDATION, "The language '" + shown + "' is unknown.");
    }
    return index;
  }

  private static String shortCode(String code) {
    return OTHER_CODES.getOrDefault(code, code);
  }

  private static Map<String, String> otherCodes() {
    Map<String, String> codes = new HashMap<>();
    for (String code : CODES) {
      // ISO 639-2/T, which equals ISO 639-3 for individual languages.
      codes.put(Locale.of(code).getISO3Language(), code);
    }
    // Bibliographic codes of ISO 639-2, members of ISO 639-3 macrolanguages, withdrawn codes, and
    // deviating codes in OpenAI's list.
    String others =
        "alb sq arm hy baq eu bur my chi zh cze cs dut nl fre fr geo ka ger de gre el ice is mac mk"
            + " mao mi may ms per fa rum ro slo sk tib bo wel cy"
            + " cmn zh yue zh arb ar arz ar nob no nb no nor no pes fa prs fa swh sw zsm ms ekk et"
            + " lvs lv khk mn uzn uz plt mg npi ne ydd yi azj az als sq fil tl tgl tl pbt ps ory or"
            + " iw he ji yi in id mo ro scc sr scr hr jw jv";
    List<String> pairs = List.of(others.split(" ", -1));
    for (int i = 0; i < pairs.size(); i += 2) {
      codes.put(pairs.get(i), pairs.get(i + 1));
    }
    return Map.copyOf(codes);
  }
}
