package parley.speech;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.auth.Permission;
import parley.jobs.Job;
import parley.jobs.JobId;
import parley.jobs.JobPriority;
import parley.jobs.JobState;
import parley.jobs.Jobs;
import parley.problem.Dialect;
import parley.problem.ProblemCode;
import parley.speech.TranscriptView.TurnView;
import parley.speech.TranscriptView.VoiceView;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.FormUpload;
import parley.web.Route;

/// Transcription in the echo dialect: small recordings are answered with their transcript, larger
/// ones with a job.
public final class EchoRoutes {
  private static final String BASE = "/v1/modules/scaiecho";

  private final RecordingIntake intake;
  private final Jobs jobs;
  private final TranscriptViews views;

  public EchoRoutes(RecordingIntake intake, Jobs jobs, TranscriptViews views) {
    this.intake = intake;
    this.jobs = jobs;
    this.views = views;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.TRANSCRIBE);
    return List.of(
        Route.post(BASE + "/transcribe", access, this::transcribe).in(Dialect.ECHO),
        Route.get(BASE + "/transcribe/jobs/{job_id}", access, this::job).in(Dialect.ECHO));
  }

  private void transcribe(Exchange exchange) throws IOException {
    Job job;
    boolean inline;
    long audioBytes;
    try (FormUpload form = intake.receive(exchange)) {
      audioBytes = form.file().size();
      inline = intake.isSmall(form) && !form.flag("force_async");
      job =
          intake.queue(
              exchange,
              form,
              RecordingIntake.wish(exchange, form, "language_hint"),
              inline ? JobPriority.WAITED_FOR : JobPriority.BACKGROUND);
    }
    Optional<JobState.Completed> completed =
        inline ? intake.completed(exchange, job) : Optional.empty();
    if (completed.isPresent()) {
      exchange.data(200, transcribed(exchange, job, completed.get(), null));
    } else {
      queued(exchange, job, audioBytes);
    }
  }

  private static void queued(Exchange exchange, Job job, long audioBytes) throws IOException {
    exchange.data(
        202,
        new Queued(
            job.id().toString(),
            job.state().text(),
            audioBytes,
            "Poll " + BASE + "/transcribe/jobs/" + job.id() + " for the transcript."));
  }

  private void job(Exchange exchange) throws IOException {
    JobId id = exchange.path("job_id", JobId::parse, ProblemCode.JOB_NOT_FOUND);
    Job job = jobs.find(exchange.caller(), id);
    if (job.state() instanceof JobState.Completed completed) {
      exchange.reserveFor(completed.result());
    }
    exchange.data(
        200,
        switch (job.state()) {
          case JobState.Completed completed ->
              transcribed(exchange, job, completed, job.state().text());
          case JobState.Running running -> Pending.of(job, running.progress(), null);
          case JobState.Failed failed ->
              Pending.of(
                  job, null, new Failure(failed.code().code(Dialect.ECHO), failed.message()));
          case JobState.Queued queued -> Pending.of(job, null, null);
          case JobState.Cancelled cancelled -> Pending.of(job, null, null);
        });
  }

  private Transcribed transcribed(
      Exchange exchange, Job job, JobState.Completed state, @Nullable String status) {
    TranscriptView view = views.of(exchange.caller(), job.id(), state.result());
    return Transcribed.of(job, exchange.queryFlag("words") ? view : view.plain(), status);
  }

  private record Queued(String jobId, String status, long audioBytes, String note) {}

  private record Failure(String code, String message) {}

  /// A job without a transcript.
  private record Pending(
      String jobId,
      String status,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double progress,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Failure error) {
    static Pending of(Job job, @Nullable Double progress, @Nullable Failure error) {
      return new Pending(job.id().toString(), job.state().text(), progress, error);
    }
  }

  /// @param status absent where the transcript is the answer to the recording itself
  private record Transcribed(
      String jobId,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String status,
      String transcript,
      List<TranscriptView.SegmentView> segments,
      Backend backendUsed,
      String model,
      @Nullable String languageDetected,
      long audioDurationMs,
      long audioBytes,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String retainedMediaId,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<VoiceView> speakers,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<TurnView> turns) {
    static Transcribed of(Job job, TranscriptView result, @Nullable String status) {
      return new Transcribed(
          job.id().toString(),
          status,
          result.transcript(),
          result.segments(),
          result.backendUsed(),
          result.model(),
          result.language(),
          Math.round(result.duration() * 1000),
          result.audioBytes(),
          result.retainedMediaId(),
          result.speakers(),
          result.turns());
    }
  }
}
