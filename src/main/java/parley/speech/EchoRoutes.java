package parley.speech;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import parley.auth.Permission;
import parley.jobs.Job;
import parley.jobs.JobId;
import parley.jobs.JobState;
import parley.jobs.Jobs;
import parley.jobs.Jobs.Urgency;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.Blobs;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.FormUpload;
import parley.web.Json;
import parley.web.Route;

/// Transcription in the echo dialect: small recordings are answered with their transcript, larger
/// ones with a job.
public final class EchoRoutes {
  private static final String BASE = "/v1/modules/scaiecho";

  /// After this long a waiting client would give up; it gets the job to ask for instead.
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private final Transcriptions transcriptions;
  private final Jobs jobs;
  private final Blobs blobs;
  private final long maxUploadBytes;
  private final long inlineMaxBytes;

  public EchoRoutes(
      Transcriptions transcriptions,
      Jobs jobs,
      Blobs blobs,
      long maxUploadBytes,
      long inlineMaxBytes) {
    this.transcriptions = transcriptions;
    this.jobs = jobs;
    this.blobs = blobs;
    this.maxUploadBytes = maxUploadBytes;
    this.inlineMaxBytes = inlineMaxBytes;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.TRANSCRIBE);
    return List.of(
        Route.post(BASE + "/transcribe", access, this::transcribe),
        Route.get(BASE + "/transcribe/jobs/{job_id}", access, this::job));
  }

  private void transcribe(Exchange exchange) throws IOException {
    Job job;
    long audioBytes;
    try (FormUpload form =
        FormUpload.read(exchange, "file", maxUploadBytes, ProblemCode.MEDIA_TOO_LARGE, blobs)) {
      audioBytes = form.file().size();
      boolean inline = audioBytes <= inlineMaxBytes && !form.flag("force_async");
      job =
          transcriptions.queue(
              exchange.caller(),
              form.file(),
              form.fileName(),
              SpeechForm.wish(form, "language_hint"),
              inline ? Urgency.WAITED_FOR : Urgency.BACKGROUND);
      if (!inline) {
        queued(exchange, job, audioBytes);
        return;
      }
    }
    answerWhenDone(exchange, job, audioBytes);
  }

  private void answerWhenDone(Exchange exchange, Job job, long audioBytes) throws IOException {
    try {
      Job ended = jobs.await(exchange.caller(), job.id(), LONGEST_WAIT).orElse(job);
      switch (ended.state()) {
        case JobState.Completed completed -> exchange.data(200, completed(ended, completed));
        case JobState.Failed failed -> throw failed.problem();
        case JobState.Cancelled cancelled ->
            throw new Problem(ProblemCode.JOB_FINISHED, "The job was cancelled meanwhile.");
        case JobState.Queued queued -> queued(exchange, ended, audioBytes);
        case JobState.Running running -> queued(exchange, ended, audioBytes);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Problem(ProblemCode.UNAVAILABLE, "The server is stopping; the job goes on later.");
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
