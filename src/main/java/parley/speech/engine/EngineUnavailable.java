package parley.speech.engine;

import java.io.UncheckedIOException;
import java.time.Duration;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.problem.ServiceUnavailable;

/// The models failed, which no recording makes them do: the machine has no memory left for them, or
/// they have been closed.
public final class EngineUnavailable extends ServiceUnavailable {
  private static final long serialVersionUID = 1L;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  EngineUnavailable(Throwable failure) {
    super(
        new Problem(
            ProblemCode.BACKEND_UNAVAILABLE,
            "The server's speech models do not work right now; try again."),
        RETRY_AFTER,
        "the speech models failed: " + failure.getMessage(),
        failure);
  }

  /// For code that throws no checked exceptions.
  public static UncheckedIOException unchecked(Throwable failure) {
    return new UncheckedIOException(new EngineUnavailable(failure));
  }
}
