package parley.speech;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.json.Json;
import parley.problem.Problem;
import parley.speech.subtitles.LineLimits;
import parley.speech.transcript.Languages;
import parley.speech.transcript.SpeechOptions;
import parley.web.FormUpload;

/// What of the answer a request in OpenAI's dialect asks for.
///
/// @param translation whether the text is a translation into English
/// @param stream as events, which the client libraries then insist on
/// @param probabilities of each token
record OpenAiForm(
    Format format,
    boolean translation,
    boolean stream,
    boolean probabilities,
    boolean segments,
    boolean words,
    double temperature,
    LineLimits lines) {
  private static final String GRANULARITIES = "timestamp_granularities";
  private static final int MAX_LANGUAGES = 20;

  enum Format {
    JSON,
    TEXT,
    SRT,
    VERBOSE_JSON,
    VTT,
    DIARIZED_JSON
  }

  /// Parses the fields that shape the answer, and refuses what the server cannot do.
  ///
  /// @throws Problem VALIDATION for an invalid value or a contradiction
  static OpenAiForm parse(FormUpload form, SpeechOptions options) {
    Format format = format(form, options.translates());
    boolean stream = form.flag("stream");
    if (stream && !Set.of(Format.JSON, Format.TEXT, Format.DIARIZED_JSON).contains(format)) {
      throw Problem.invalid("stream", "needs the response_format json, text or diarized_json");
    }
    List<String> include = form.list("include", 4);
    if (!Set.of("logprobs").containsAll(include)) {
      throw Problem.invalid("include[]", "is logprobs");
    }
    if (!include.isEmpty() && format != Format.JSON) {
      throw Problem.invalid("include[]", "needs the response_format json");
    }
    requireOwnChunking(form);
    List<String> granularities = form.list(GRANULARITIES, 4);
    if (!List.of("segment", "word").containsAll(granularities)) {
      throw Problem.invalid(GRANULARITIES + "[]", "is segment or word");
    }
    return new OpenAiForm(
        format,
        options.translates(),
        stream,
        !include.isEmpty(),
        granularities.isEmpty() || granularities.contains("segment"),
        granularities.contains("word") && !options.translates(),
        Optional.ofNullable(options.temperature()).orElse(0.0),
        LineLimits.parse(form::field));
  }

  /// The language hint: `language`, or the only one of `languages`. Among several, the language is
  /// detected.
  static @Nullable String language(FormUpload form) {
    List<String> several =
        form.list("languages", MAX_LANGUAGES).stream()
            .flatMap(language -> Stream.ofNullable(Languages.normal(language, "languages[]")))
            .distinct()
            .toList();
    return form.field("language").orElse(several.size() == 1 ? several.getFirst() : null);
  }

  private static Format format(FormUpload form, boolean translation) {
    String wanted = form.field("response_format").orElse("json");
    for (Format format : Format.values()) {
      if (format.name().toLowerCase(Locale.ROOT).equals(wanted)
          && !(translation && format == Format.DIARIZED_JSON)) {
        return format;
      }
    }
    throw Problem.invalid(
        "response_format",
        translation
            ? "is json, text, srt, verbose_json or vtt"
            : "is json, text, srt, verbose_json, diarized_json or vtt");
  }

  private record ChunkingStrategy(
      @Nullable String type,
      @Nullable Object prefixPaddingMs,
      @Nullable Object silenceDurationMs,
      @Nullable Object threshold) {}

  /// Recordings are always cut by the server's voice activity detection, as it is.
  private static void requireOwnChunking(FormUpload form) {
    String strategy = form.field("chunking_strategy").orElse("auto").strip();
    ChunkingStrategy wanted =
        strategy.startsWith("{")
            ? Json.readBody(strategy, ChunkingStrategy.class)
            : new ChunkingStrategy(strategy.equals("auto") ? "server_vad" : "", null, null, null);
    if (!"server_vad".equals(wanted.type)
        || wanted.prefixPaddingMs != null
        || wanted.silenceDurationMs != null
        || wanted.threshold != null) {
      throw Problem.invalid("chunking_strategy", "is auto or server_vad without parameters");
    }
  }
}
