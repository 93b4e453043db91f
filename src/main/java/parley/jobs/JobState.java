package parley.jobs;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Where a job stands. A job that has ended never changes again.
public sealed interface JobState {
  /// As the API writes it.
  String text();

  /// It waits for its turn.
  record Queued() implements JobState {
    @Override
    public String text() {
      return "queued";
    }
  }

  /// A worker has it.
  ///
  /// @param progress the share that is done, 0 to 1
  record Running(Instant startedAt, double progress) implements JobState {
    @Override
    public String text() {
      return "running";
    }
  }

  /// It came to its result.
  ///
  /// @param result what the job made, as JSON of its kind
  record Completed(Instant startedAt, Instant finishedAt, String result) implements JobState {
    @Override
    public String text() {
      return "completed";
    }
  }

  /// It cannot be done; running it again would not help.
  ///
  /// @param startedAt null when it never began
  /// @param retryAfter after which asking for the same anew makes sense; null when nobody knows
  record Failed(
      @Nullable Instant startedAt,
      Instant finishedAt,
      ProblemCode code,
      String message,
      @Nullable Duration retryAfter)
      implements JobState {
    @Override
    public String text() {
      return "failed";
    }

    /// The refusal for who waited for it.
    public Problem problem() {
      Problem problem = new Problem(code, message);
      return retryAfter == null ? problem : problem.retryAfter(retryAfter);
    }
  }

  /// Its user gave it up.
  ///
  /// @param startedAt null when it never began
  record Cancelled(@Nullable Instant startedAt, Instant finishedAt) implements JobState {
    @Override
    public String text() {
      return "cancelled";
    }
  }

  /// Whether it has come to its end.
  default boolean ended() {
    return switch (this) {
      case Queued queued -> false;
      case Running running -> false;
      case Completed completed -> true;
      case Failed failed -> true;
      case Cancelled cancelled -> true;
    };
  }
}
