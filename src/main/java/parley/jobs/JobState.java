package parley.jobs;

import java.time.Instant;
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
  record Failed(Instant finishedAt, ProblemCode code, String message) implements JobState {
    @Override
    public String text() {
      return "failed";
    }
  }

  /// Its user gave it up.
  record Cancelled(Instant finishedAt) implements JobState {
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
