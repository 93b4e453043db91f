package parley.speech.transcript;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// English names of languages as used by OpenAI's API (`english`, not `en`).
public final class LanguageNames {
  /// Names in OpenAI's list (whisper/tokenizer.py) that differ from Unicode's, which the JDK
  /// provides.
  private static final Map<String, String> OWN_NAMES =
      Map.of(
          "jv", "javanese",
          "my", "myanmar",
          "nn", "nynorsk",
          "no", "norwegian",
          "el", "greek",
          "haw", "hawaiian",
          "si", "sinhala",
          "lb", "luxembourgish");

  /// Aliases in the same list.
  private static final Map<String, String> FURTHER_NAMES =
      Map.ofEntries(
          Map.entry("burmese", "my"),
          Map.entry("valencian", "ca"),
          Map.entry("flemish", "nl"),
          Map.entry("haitian", "ht"),
          Map.entry("haitian creole", "ht"),
          Map.entry("letzeburgesch", "lb"),
          Map.entry("pushto", "ps"),
          Map.entry("panjabi", "pa"),
          Map.entry("moldavian", "ro"),
          Map.entry("moldovan", "ro"),
          Map.entry("sinhalese", "si"),
          Map.entry("castilian", "es"),
          Map.entry("mandarin", "zh"),
          Map.entry("cantonese", "zh"),
          Map.entry("farsi", "fa"),
          Map.entry("filipino", "tl"),
          Map.entry("bokmal", "no"));

  private static final Map<String, String> CODES = codes();

  private LanguageNames() {}

  /// Returns the name of a language.
  ///
  /// @param code ISO 639-1, or `haw`; null yields an empty name
  public static String of(@Nullable String code) {
    if (code == null) {
      return "";
    }
    String own = OWN_NAMES.get(code);
    return own == null ? plain(Locale.of(code).getDisplayLanguage(Locale.ENGLISH)) : own;
  }

  /// Returns the code for a name or code from another server.
  public static Optional<String> code(@Nullable String nameOrCode) {
    if (nameOrCode == null || nameOrCode.isBlank()) {
      return Optional.empty();
    }
    String told = plain(nameOrCode.strip());
    return told.length() == 2 ? Optional.of(told) : Optional.ofNullable(CODES.get(told));
  }

  private static Map<String, String> codes() {
    Map<String, String> codes = new HashMap<>();
    for (String code : Locale.getISOLanguages()) {
      codes.put(of(code), code);
    }
    OWN_NAMES.forEach((code, name) -> codes.put(name, code));
    codes.putAll(FURTHER_NAMES);
    return codes;
  }

  /// Converts to lower case without accents, as in OpenAI's `maori`.
  private static String plain(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFD)
        .replaceAll("\\p{M}", "")
        .toLowerCase(Locale.ROOT);
  }
}
