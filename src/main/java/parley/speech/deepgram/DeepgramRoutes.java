package parley.speech.deepgram;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.auth.Permission;
import parley.jobs.Job;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.BackendPreference;
import parley.speech.DiarisationOptions;
import parley.speech.RecordingIntake;
import parley.speech.TranscriptIntake;
import parley.speech.TranscriptView;
import parley.speech.Transcriptions.Wish;
import parley.speech.transcript.SpeechOptions;
import parley.storage.SpoolFile;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;
import parley.web.TokenPlaces;

/// Recordings in Deepgram's dialect: the body is the recording.
/// https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded
public final class DeepgramRoutes {
  private final RecordingIntake intake;
  private final TranscriptIntake transcripts;

  public DeepgramRoutes(RecordingIntake intake, TranscriptIntake transcripts) {
    this.intake = intake;
    this.transcripts = transcripts;
  }

  public List<Route> routes() {
    return List.of(
        Route.post("/v1/listen", Access.needs(Permission.TRANSCRIBE), this::listen)
            .in(Dialect.DEEPGRAM)
            .withTokensIn(TokenPlaces.DEEPGRAM));
  }

  private void listen(Exchange exchange) throws IOException {
    ListenOptions options = ListenOptions.parse(new ListenIntake(exchange));
    Wish wish = wish(exchange, options);
    if (isJson(exchange)) {
      throw refused(exchange.json(RemoteRecording.class));
    }
    Job job;
    ListenAnswer.Request request;
    try (SpoolFile recording = intake.receiveBody(exchange)) {
      job = intake.queueBody(exchange, recording, wish);
      request =
          new ListenAnswer.Request(exchange.requestId(), recording.seal().hex(), job.createdAt());
    }
    TranscriptView transcript = transcripts.await(exchange, job);
    exchange.json(200, ListenAnswer.of(request, options, transcript));
  }

  private static Wish wish(Exchange exchange, ListenOptions options) {
    boolean speakers = options.diarizes() || options.multichannel();
    return new Wish(
        new SpeechOptions(options.language(), null, null, options.keyterms(), null),
        BackendPreference.ANY,
        DiarisationOptions.parse(
                exchange.caller(),
                name ->
                    switch (name) {
                      case "diarize" -> Optional.of(String.valueOf(speakers));
                      case "channels" -> Optional.of(options.multichannel() ? "separate" : "mixed");
                      default -> Optional.empty();
                    })
            .orElse(null),
        null);
  }

  private record RemoteRecording(@Nullable String url) {}

  private static boolean isJson(Exchange exchange) {
    return exchange
        .contentType()
        .filter(type -> type.toLowerCase(Locale.ROOT).startsWith("application/json"))
        .isPresent();
  }

  private static Problem refused(RemoteRecording recording) {
    return recording.url == null
        ? new Problem(ProblemCode.BAD_REQUEST, "The body is JSON without a 'url'.").at("url")
        : new Problem(
            ProblemCode.REMOTE_CONTENT,
            "This server does not fetch recordings; send the recording itself as the body.");
  }
}
