package parley.speech;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import parley.auth.Permission;
import parley.jobs.Job;
import parley.jobs.JobPriority;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.speech.OpenAiForm.Format;
import parley.speech.Transcriptions.Wish;
import parley.speech.subtitles.SubRip;
import parley.speech.subtitles.WebVtt;
import parley.speech.transcript.SpeechTask;
import parley.web.Access;
import parley.web.EventStream;
import parley.web.Exchange;
import parley.web.FormUpload;
import parley.web.Route;

/// Transcription and translation as OpenAI's API has them, so that its client libraries work
/// unchanged: https://platform.openai.com/docs/api-reference/audio
///
/// Any `model` is accepted, since clients insist on naming one; unknown fields are ignored.
public final class OpenAiRoutes {
  /// Names the model that was used, as in OpenAI's own answers.
  private static final String MODEL = "openai-model";

  private final RecordingIntake intake;
  private final TranscriptIntake transcripts;

  public OpenAiRoutes(RecordingIntake intake, TranscriptIntake transcripts) {
    this.intake = intake;
    this.transcripts = transcripts;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.TRANSCRIBE);
    Route.Handler transcribe = exchange -> answer(exchange, SpeechTask.TRANSCRIBE);
    Route.Handler translate = exchange -> answer(exchange, SpeechTask.TRANSLATE);
    return List.of(
        Route.post("/v1/audio/transcriptions", access, transcribe).in(Dialect.OPENAI),
        Route.post("/oai/v1/audio/transcriptions", access, transcribe).in(Dialect.OPENAI),
        Route.post("/v1/audio/translations", access, translate).in(Dialect.OPENAI),
        Route.post("/oai/v1/audio/translations", access, translate).in(Dialect.OPENAI));
  }

  private void answer(Exchange exchange, SpeechTask task) throws IOException {
    Job job;
    OpenAiForm shape;
    try (FormUpload form = intake.receiveWithVoices(exchange)) {
      Wish wish = wish(exchange, form, task);
      shape = OpenAiForm.parse(form, wish.options());
      job =
          intake.queue(
              exchange,
              form,
              wish.with(extras(shape)),
              intake.isSmall(form) ? JobPriority.WAITED_FOR : JobPriority.BACKGROUND);
    }
    if (shape.stream()) {
      stream(exchange, job, shape);
    } else {
      answer(exchange, shape, transcripts.await(exchange, job));
    }
  }

  private static Wish wish(Exchange exchange, FormUpload form, SpeechTask task) {
    Optional<String> language = Optional.ofNullable(OpenAiForm.language(form));
    return switch (task) {
      case TRANSCRIBE -> {
        boolean diarized =
            form.field("response_format").filter("diarized_json"::equals).isPresent();
        yield RecordingIntake.wish(
            exchange,
            form,
            language,
            name -> diarized && name.equals("diarize") ? Optional.of("true") : form.field(name));
      }
      case TRANSLATE -> {
        Wish plain = RecordingIntake.wish(exchange, form, language, name -> Optional.empty());
        yield new Wish(plain.options().translating(), plain.preference(), null, null);
      }
    };
  }

  private static Set<TranscriptExtra> extras(OpenAiForm shape) {
    Set<TranscriptExtra> extras = EnumSet.noneOf(TranscriptExtra.class);
    if (shape.probabilities()) {
      extras.add(TranscriptExtra.TOKENS);
    }
    // Whom a segment belongs to is known only at the end.
    if (shape.stream() && shape.format() != Format.DIARIZED_JSON) {
      extras.add(TranscriptExtra.PARTS);
    }
    return extras;
  }

  private void stream(Exchange exchange, Job job, OpenAiForm shape) throws IOException {
    EventStream events = exchange.events();
    if (shape.format() == Format.DIARIZED_JSON) {
      TranscriptView result = transcripts.await(exchange, job);
      for (Object event : DiarizedAnswer.of(result).events(result.model())) {
        events.send(event);
      }
      return;
    }
    OpenAiStream stream = new OpenAiStream(events::send, shape);
    try {
      stream.finish(transcripts.await(exchange, job, stream::send));
    } catch (Problem problem) {
      events.fail(problem, Dialect.OPENAI);
    }
  }

  private static void answer(Exchange exchange, OpenAiForm shape, TranscriptView result) {
    exchange.setHeader(MODEL, result.model());
    switch (shape.format()) {
      case JSON -> exchange.json(200, OpenAiAnswer.Plain.of(shape, result));
      case VERBOSE_JSON -> exchange.json(200, OpenAiAnswer.Verbose.of(shape, result));
      case DIARIZED_JSON -> exchange.json(200, DiarizedAnswer.of(result));
      case TEXT -> exchange.text(200, "text/plain;charset=utf-8", PlainText.of(result) + "\n");
      case SRT ->
          exchange.text(
              200, "text/plain;charset=utf-8", SubRip.of(result.cues(shape.lines(), true)));
      case VTT ->
          exchange.text(
              200, "text/vtt;charset=utf-8", WebVtt.of(result.cues(shape.lines(), false)));
    }
  }
}
