package parley.jobs;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// The state of a job. A job that has ended never changes again.
public sealed interface JobState {
  /// The job waits for a worker.
  record Queued() implements JobState {}

  /// A worker is running the job.
  ///
  /// @param progress the fraction done, 0 to 1
  record Running(Instant startedAt, double progress) implements JobState {}

  /// The job has a result.
  ///
  /// @param result as JSON of the job's kind
  record Completed(Instant startedAt, Instant finishedAt, String result) implements JobState {}

  /// The job failed permanently.
  ///
  /// @param startedAt null if it never ran
  /// @param retryAfter when requesting the same again may make sense; null if unknown
  record Failed(
      @Nullable Instant startedAt,
      Instant finishedAt,
      ProblemCode code,
      String message,
      @Nullable Duration retryAfter)
      implements JobState {
    /// Returns the problem for a request that waited for the job.
    public Problem problem() {
      Problem problem = new Problem(code, message);
      return retryAfter == null ? problem : problem.retryAfter(retryAfter);
    }
  }

  /// Its user cancelled the job.
  ///
  /// @param startedAt null if it never ran
  record Cancelled(@Nullable Instant startedAt, Instant finishedAt) implements JobState {}

  default JobStatus status() {
    return switch (this) {
      case Queued queued -> JobStatus.QUEUED;
      case Running running -> JobStatus.RUNNING;
      case Completed completed -> JobStatus.COMPLETED;
      case Failed failed -> JobStatus.FAILED;
      case Cancelled cancelled -> JobStatus.CANCELLED;
    };
  }

  /// Returns the status as the API writes it.
  default String text() {
    return status().text();
  }

  /// Whether the job will not run again.
  default boolean ended() {
    return switch (status()) {
      case QUEUED, RUNNING -> false;
      case COMPLETED, FAILED, CANCELLED -> true;
    };
  }

  /// Returns when the job first ran; null if it never did.
  default @Nullable Instant startedAt() {
    return null;
  }

  /// Returns when the job ended; null before that.
  default @Nullable Instant finishedAt() {
    return null;
  }

  /// Returns the fraction done, 0 to 1.
  default double progress() {
    return this instanceof Completed ? 1 : 0;
  }
}
