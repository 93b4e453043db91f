package parley.jobs;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// The state of a job. A job that has ended never changes again.
public sealed interface JobState {
  /// It waits for a worker.
  record Queued() implements JobState {}

  /// A worker has it.
  ///
  /// @param progress the share that is done, 0 to 1
  record Running(Instant startedAt, double progress) implements JobState {}

  /// It has a result.
  ///
  /// @param result as JSON of the job's kind
  record Completed(Instant startedAt, Instant finishedAt, String result) implements JobState {}

  /// It cannot be done; running it again would not help.
  ///
  /// @param startedAt null when it never ran
  /// @param retryAfter how long to wait before asking for the same again makes sense; null when
  ///   unknown
  record Failed(
      @Nullable Instant startedAt,
      Instant finishedAt,
      ProblemCode code,
      String message,
      @Nullable Duration retryAfter)
      implements JobState {
    /// The problem to answer to whoever waited for the job.
    public Problem problem() {
      Problem problem = new Problem(code, message);
      return retryAfter == null ? problem : problem.retryAfter(retryAfter);
    }
  }

  /// Its user cancelled it.
  ///
  /// @param startedAt null when it never ran
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

  /// The status as the API writes it.
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

  /// When it first ran; null when it never did.
  default @Nullable Instant startedAt() {
    return null;
  }

  /// When it ended; null until then.
  default @Nullable Instant finishedAt() {
    return null;
  }

  /// The share that is done, 0 to 1.
  default double progress() {
    return this instanceof Completed ? 1 : 0;
  }
}
