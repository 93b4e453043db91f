package parley.speech;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import parley.auth.Permission;
import parley.jobs.Job;
import parley.jobs.JobId;
import parley.jobs.JobPriority;
import parley.jobs.JobState;
import parley.jobs.Jobs;
import parley.json.Json;
import parley.problem.Dialect;
import parley.problem.ProblemCode;
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

  public EchoRoutes(RecordingIntake intake, Jobs jobs) {
    this.intake = intake;
    this.jobs = jobs;
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
              SpeechForm.wish(form, "language_hint"),
              inline ? JobPriority.WAITED_FOR : JobPriority.BACKGROUND);
    }
    Optional<JobState.Completed> completed =
        inline ? intake.completed(exchange, job) : Optional.empty();
    if (completed.isPresent()) {
      exchange.data(200, completed(job, completed.get()));
    } else {
      queued(exchange, job, audioBytes);
    }
  }

  private static void queued(Exchange exchange, Job job, long audioBytes) throws IOException {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("job_id", job.id().toString());
    data.put("status", job.state().text());
    data.put("audio_bytes", audioBytes);
    data.put("note", "Poll " + BASE + "/transcribe/jobs/" + job.id() + " for the transcript.");
    exchange.data(202, data);
  }

  private void job(Exchange exchange) throws IOException {
    JobId id = exchange.path("job_id", JobId::parse, ProblemCode.JOB_NOT_FOUND);
    Job job = jobs.find(exchange.caller(), id);
    Map<String, Object> data =
        job.state() instanceof JobState.Completed completed
            ? completed(job, completed)
            : new LinkedHashMap<>(Map.of("job_id", job.id().toString()));
    data.put("status", job.state().text());
    if (job.state() instanceof JobState.Running running) {
      data.put("progress", running.progress());
    }
    if (job.state() instanceof JobState.Failed failed) {
      data.put(
          "error", Map.of("code", failed.code().code(Dialect.ECHO), "message", failed.message()));
    }
    exchange.data(200, data);
  }

  private static Map<String, Object> completed(Job job, JobState.Completed state) {
    TranscriptionResult result = Json.read(state.result(), TranscriptionResult.class).plain();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("job_id", job.id().toString());
    data.put("transcript", result.transcript());
    data.put("segments", result.segments());
    data.put("backend_used", result.backendUsed());
    data.put("language_detected", result.language());
    data.put("audio_duration_ms", Math.round(result.duration() * 1000));
    data.put("audio_bytes", result.audioBytes());
    if (result.retainedMediaId() != null) {
      data.put("retained_media_id", result.retainedMediaId());
    }
    return data;
  }
}
