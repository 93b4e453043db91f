package parley.speech;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import parley.auth.Permission;
import parley.jobs.Job;
import parley.jobs.JobPriority;
import parley.jobs.Jobs;
import parley.json.Json;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.TranscriptView.SegmentView;
import parley.speech.Transcriptions.Wish;
import parley.speech.subtitles.LineLimits;
import parley.speech.subtitles.SubRip;
import parley.speech.subtitles.WebVtt;
import parley.speech.transcript.Compression;
import parley.speech.transcript.Confidence;
import parley.speech.transcript.LanguageNames;
import parley.speech.transcript.SpeechOptions;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.FormUpload;
import parley.web.Route;

/// Transcription as OpenAI's API has it, so that its client libraries work unchanged:
/// https://platform.openai.com/docs/api-reference/audio/createTranscription
///
/// Any `model` is accepted, since clients insist on naming one; `prompt` and unknown fields are
/// passed over.
public final class OpenAiRoutes {
  /// A start takes three seconds or so.
  private static final Duration RESTART = Duration.ofSeconds(5);

  private static final String GRANULARITIES = "timestamp_granularities";

  private final RecordingIntake intake;
  private final Jobs jobs;
  private final TranscriptViews views;

  public OpenAiRoutes(RecordingIntake intake, Jobs jobs, TranscriptViews views) {
    this.intake = intake;
    this.jobs = jobs;
    this.views = views;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.TRANSCRIBE);
    return List.of(
        Route.post("/v1/audio/transcriptions", access, this::transcribe).in(Dialect.OPENAI),
        Route.post("/oai/v1/audio/transcriptions", access, this::transcribe).in(Dialect.OPENAI));
  }

  private enum Format {
    JSON,
    TEXT,
    SRT,
    VERBOSE_JSON,
    DIARIZED_JSON,
    VTT
  }

  /// What of the answer was asked for.
  ///
  /// @param stream as events, which the client libraries then insist on
  private record Shape(
      Format format,
      boolean stream,
      boolean segments,
      boolean words,
      double temperature,
      LineLimits lines) {}

  private void transcribe(Exchange exchange) throws IOException {
    Job job;
    Shape shape;
    try (FormUpload form = intake.receiveWithVoices(exchange)) {
      Wish wish = wish(exchange, form);
      shape = shape(form, wish.options());
      job =
          intake.queue(
              exchange,
              form,
              wish,
              intake.isSmall(form) ? JobPriority.WAITED_FOR : JobPriority.BACKGROUND);
    }
    answer(exchange, shape, result(exchange, job));
  }

  private static Wish wish(Exchange exchange, FormUpload form) {
    boolean diarized = form.field("response_format").filter("diarized_json"::equals).isPresent();
    return RecordingIntake.wish(
        exchange,
        form,
        "language",
        name -> diarized && name.equals("diarize") ? Optional.of("true") : form.field(name));
  }

  private static Shape shape(FormUpload form, SpeechOptions options) {
    Format format =
        switch (form.field("response_format").orElse("json")) {
          case "json" -> Format.JSON;
          case "text" -> Format.TEXT;
          case "srt" -> Format.SRT;
          case "verbose_json" -> Format.VERBOSE_JSON;
          case "diarized_json" -> Format.DIARIZED_JSON;
          case "vtt" -> Format.VTT;
          default ->
              throw new Problem(
                      ProblemCode.VALIDATION,
                      "'response_format' is json, text, srt, verbose_json, diarized_json or vtt.")
                  .at("response_format");
        };
    List<String> granularities = granularities(form);
    return new Shape(
        format,
        form.flag("stream"),
        granularities.isEmpty() || granularities.contains("segment"),
        granularities.contains("word"),
        Optional.ofNullable(options.temperature()).orElse(0.0),
        LineLimits.parse(form::field));
  }

  private static List<String> granularities(FormUpload form) {
    List<String> granularities = form.list(GRANULARITIES, 4);
    if (!List.of("segment", "word").containsAll(granularities)) {
      throw new Problem(ProblemCode.VALIDATION, "'timestamp_granularities' is segment or word.")
          .at(GRANULARITIES + "[]");
    }
    return granularities;
  }

  private TranscriptView result(Exchange exchange, Job job) {
    return intake
        .completed(exchange, job)
        .map(completed -> views.of(exchange.caller(), job.id(), completed.result()))
        .orElseThrow(() -> tooSlow(exchange, job));
  }

  /// This API has no jobs to come back for, so what nobody can fetch is not worked on.
  private Problem tooSlow(Exchange exchange, Job job) {
    jobs.cancel(exchange.caller(), job.id());
    if (jobs.isReleased()) {
      return new Problem(ProblemCode.UNAVAILABLE, "The server restarts; send it again.")
          .retryAfter(RESTART);
    }
    return new Problem(
        ProblemCode.BACKEND_TIMEOUT,
        "The recording takes longer than a request may wait; send it to /v1/transcribe.");
  }

  private static void answer(Exchange exchange, Shape shape, TranscriptView result)
      throws IOException {
    if (shape.stream) {
      exchange.text(
          200,
          "text/event-stream;charset=utf-8",
          shape.format == Format.DIARIZED_JSON
              ? DiarizedAnswer.of(result).events()
              : events(result));
      return;
    }
    switch (shape.format) {
      case JSON -> exchange.json(200, new PlainAnswer(result.transcript(), Usage.of(result)));
      case VERBOSE_JSON -> exchange.json(200, VerboseAnswer.of(shape, result));
      case DIARIZED_JSON -> exchange.json(200, DiarizedAnswer.of(result));
      case TEXT -> exchange.text(200, "text/plain;charset=utf-8", PlainText.of(result) + "\n");
      case SRT ->
          exchange.text(200, "text/plain;charset=utf-8", SubRip.of(result.cues(shape.lines, true)));
      case VTT ->
          exchange.text(200, "text/vtt;charset=utf-8", WebVtt.of(result.cues(shape.lines, false)));
    }
  }

  /// What OpenAI streams while it works: here all at once, since the request waits for a job.
  /// https://platform.openai.com/docs/api-reference/audio/transcript-text-delta-event
  private static String events(TranscriptView result) {
    StringBuilder events = new StringBuilder();
    String space = "";
    for (SegmentView segment : result.segments()) {
      event(events, new DeltaEvent("transcript.text.delta", space + segment.text()));
      space = " ";
    }
    event(events, new DoneEvent("transcript.text.done", result.transcript(), Usage.of(result)));
    return events.toString();
  }

  private record DeltaEvent(String type, String delta) {}

  record DoneEvent(String type, String text, Usage usage) {}

  static void event(StringBuilder events, Object event) {
    events.append("data: ").append(Json.write(event)).append("\n\n");
  }

  private record PlainAnswer(String text, Usage usage) {}

  record Usage(String type, long seconds) {
    static Usage of(TranscriptView result) {
      return new Usage("duration", (long) Math.ceil(result.duration()));
    }
  }

  private record VerboseAnswer(
      String task,
      String language,
      double duration,
      String text,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<VerboseSegment> segments,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<VerboseWord> words,
      Usage usage) {
    static VerboseAnswer of(Shape shape, TranscriptView result) {
      List<SegmentView> segments = result.segments();
      return new VerboseAnswer(
          "transcribe",
          LanguageNames.of(result.language()),
          result.duration(),
          result.transcript(),
          shape.segments
              ? IntStream.range(0, segments.size())
                  .mapToObj(i -> VerboseSegment.of(i, segments.get(i), shape.temperature))
                  .toList()
              : null,
          shape.words
              ? result.words().stream()
                  .map(word -> new VerboseWord(word.text(), word.start(), word.end()))
                  .toList()
              : null,
          Usage.of(result));
    }
  }

  private record VerboseWord(String word, double start, double end) {}

  /// A segment in OpenAI's fields. What a relay does not tell of its tokens is empty, and of its
  /// confidence null.
  ///
  /// @param seek in Whisper's frames of a hundredth of a second
  private record VerboseSegment(
      int id,
      long seek,
      double start,
      double end,
      String text,
      List<Integer> tokens,
      double temperature,
      @Nullable Double avgLogprob,
      double compressionRatio,
      @Nullable Double noSpeechProb) {
    static VerboseSegment of(int id, SegmentView segment, double temperature) {
      List<Integer> tokens = segment.tokens();
      Confidence confidence = segment.confidence();
      return new VerboseSegment(
          id,
          Math.round(segment.start() * 100),
          segment.start(),
          segment.end(),
          " " + segment.text(),
          tokens == null ? List.of() : tokens,
          temperature,
          confidence == null ? null : confidence.meanLogProbability(),
          Compression.ratio(segment.text()),
          confidence == null ? null : confidence.noSpeech());
    }
  }
}
