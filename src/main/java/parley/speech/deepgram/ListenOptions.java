package parley.speech.deepgram;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.speech.transcript.Keyterms;
import parley.speech.transcript.Languages;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What a request to `/v1/listen` asks for, a recording's or a stream's.
///
/// Any `model` is accepted, since clients insist on naming one. Without a language, Deepgram
/// assumes English; here it is detected.
///
/// @param language ISO 639-1; null to detect it
/// @param multilingual whether the languages are to be listed
/// @param detectsLanguage whether the detected language is to be told
/// @param punctuates whether the text has punctuation and capitals
/// @param paragraphs whether the text is to be divided into paragraphs
/// @param utterances whether the text is to be divided into utterances
/// @param pause seconds of silence between two utterances
/// @param diarizes whether speakers are to be distinguished
/// @param multichannel whether each channel is transcribed on its own
/// @param keyterms names and terms that are likely to be spoken
/// @param tags that the answer repeats
record ListenOptions(
    @Nullable String language,
    boolean multilingual,
    boolean detectsLanguage,
    boolean punctuates,
    boolean paragraphs,
    boolean utterances,
    double pause,
    boolean diarizes,
    boolean multichannel,
    Keyterms keyterms,
    List<String> tags) {
  /// Deepgram's default.
  private static final double PAUSE = 0.8;

  private static final Pattern WEIGHTED = Pattern.compile("(?<word>.*):(?<weight>-?[0-9.]+)");

  private static final List<String> FLAGS = List.of("true", "false", "1", "0");

  /// Flags that change nothing: Whisper writes numbers as digits and leaves fillers out anyway.
  private static final List<String> WITHOUT_EFFECT =
      List.of(
          "numerals",
          "filler_words",
          "measurements",
          "dictation",
          "profanity_filter",
          "mip_opt_out");

  /// What the answer would lack without a word.
  private static final List<String> MISSING =
      List.of(
          "callback",
          "redact",
          "replace",
          "search",
          "summarize",
          "topics",
          "custom_topic",
          "intents",
          "custom_intent",
          "sentiment",
          "detect_entities");

  ListenOptions {
    tags = List.copyOf(tags);
  }

  /// Parses a query.
  ///
  /// @throws parley.problem.Problem BAD_REQUEST or VALIDATION for a nonsensical value, and for what
  ///   this server cannot do
  static ListenOptions parse(ListenIntake query) {
    for (String missing : MISSING) {
      if (query.asksFor(missing)) {
        throw Problem.badRequest(missing, "is not supported by this server");
      }
    }
    WITHOUT_EFFECT.forEach(query::flag);
    boolean formatted = query.flag("smart_format");
    boolean paragraphs = query.flag("paragraphs") || formatted;
    return new ListenOptions(
        language(query),
        query.text("language").filter("multi"::equals).isPresent(),
        query.asksFor("detect_language"),
        query.flag("punctuate") || paragraphs,
        paragraphs,
        query.flag("utterances"),
        query.number("utt_split", 0.05, 60).orElse(PAUSE),
        query.flag("diarize")
            || query.oneOf("diarize_model", List.of("latest", "v1", "v2")).isPresent(),
        query.flag("multichannel"),
        keyterms(query),
        query.all("tag"));
  }

  /// `detect_language` is a flag, or the languages to expect: one of them is as good as a hint.
  private static @Nullable String language(ListenIntake query) {
    String named = Languages.normal(query.text("language").orElse(null), "language");
    if (!query.asksFor("detect_language")) {
      return named;
    }
    List<String> expected = query.all("detect_language");
    if (FLAGS.contains(expected.getFirst().toLowerCase(Locale.ROOT))) {
      return null;
    }
    List<String> codes = new ArrayList<>();
    for (String one : expected) {
      String code = Languages.normal(one, "detect_language");
      if (code != null) {
        codes.add(code);
      }
    }
    return codes.size() == 1 ? codes.getFirst() : null;
  }

  /// The terms of newer models, and the keywords of older ones, which may have a weight behind a
  /// colon; one below zero means that a word is not spoken.
  private static Keyterms keyterms(ListenIntake query) {
    List<String> terms = new ArrayList<>(all(query, "keyterm"));
    for (String keyword : all(query, "keywords")) {
      Matcher weighted = WEIGHTED.matcher(keyword);
      if (!weighted.matches()) {
        terms.add(keyword);
      } else if (!weighted.group("weight").startsWith("-")) {
        terms.add(weighted.group("word"));
      }
    }
    return Keyterms.parse(terms);
  }

  /// All values of a parameter; Deepgram's library for JavaScript sends those of a stream as one
  /// JSON array.
  private static List<String> all(ListenIntake query, String name) {
    List<String> all = new ArrayList<>();
    for (String value : query.all(name)) {
      if (value.startsWith("[")) {
        elements(value).forEach(all::add);
      } else {
        all.add(value);
      }
    }
    return all;
  }

  private static Stream<String> elements(String array) {
    try {
      return JsonMapper.shared().readTree(array).valueStream().map(one -> one.asString(""));
    } catch (JacksonException notAnArray) {
      return Stream.of(array);
    }
  }
}
