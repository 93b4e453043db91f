package parley.speech;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import parley.jobs.Job;
import parley.jobs.JobState;
import parley.jobs.Jobs;
import parley.json.Json;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.TranscriptionResult.StoredSegment;
import parley.web.Exchange;

/// Waits for transcripts in dialects that have no jobs: what the request does not get, nobody can
/// fetch later, so it is not worked on any more either.
public final class TranscriptIntake {
  /// A start takes three seconds or so.
  private static final Duration RESTART = Duration.ofSeconds(5);

  private final RecordingIntake intake;
  private final Jobs jobs;
  private final TranscriptViews views;

  public TranscriptIntake(RecordingIntake intake, Jobs jobs, TranscriptViews views) {
    this.intake = intake;
    this.jobs = jobs;
    this.views = views;
  }

  /// Receives the segments of a transcript as they are finished.
  @FunctionalInterface
  interface Parts {
    void next(List<StoredSegment> segments) throws IOException;
  }

  /// Waits until the job is completed.
  ///
  /// @throws Problem why it failed, or that it takes longer than a request may wait
  public TranscriptView await(Exchange exchange, Job job) {
    return completed(exchange, job, () -> {});
  }

  /// As above, and passes on the segments of a job with [TranscriptExtra#PARTS]; not necessarily
  /// all of them, since the job may end meanwhile.
  ///
  /// @throws IOException of `parts`, after which the job is cancelled
  TranscriptView await(Exchange exchange, Job job, Parts parts) throws IOException {
    int[] received = {0};
    try {
      return completed(
          exchange,
          job,
          () -> {
            try {
              for (String part : jobs.parts(exchange.caller(), job.id(), received[0])) {
                received[0]++;
                parts.next(Json.read(part, TranscriptPart.class).segments());
              }
            } catch (IOException gone) {
              throw new UncheckedIOException(gone);
            }
          });
    } catch (UncheckedIOException gone) {
      cancel(exchange, job);
      throw gone.getCause();
    }
  }

  private TranscriptView completed(Exchange exchange, Job job, Runnable meanwhile) {
    JobState.Completed completed =
        intake.completed(exchange, job, meanwhile).orElseThrow(() -> tooSlow(exchange, job));
    return views.of(exchange.caller(), job.id(), completed.result());
  }

  private Problem tooSlow(Exchange exchange, Job job) {
    cancel(exchange, job);
    if (jobs.isReleased()) {
      return new Problem(ProblemCode.UNAVAILABLE, "The server restarts; send it again.")
          .retryAfter(RESTART);
    }
    return new Problem(
        ProblemCode.BACKEND_TIMEOUT,
        "The recording takes longer than a request may wait; send it to /v1/transcribe.");
  }

  private void cancel(Exchange exchange, Job job) {
    try {
      jobs.cancel(exchange.caller(), job.id());
    } catch (Problem ended) {
      // It has ended by itself meanwhile.
    }
  }
}
