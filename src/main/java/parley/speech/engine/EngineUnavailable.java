package parley.speech.engine;

import java.time.Duration;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.problem.ServiceUnavailable;

/// The models failed for a reason that no recording causes: the machine has run out of memory, or
/// the models have been closed.
public final class EngineUnavailable extends ServiceUnavailable {
  private static final long serialVersionUID = 1L;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  public EngineUnavailable(Throwable failure) {
    super(
        new Problem(
            ProblemCode.BACKEND_UNAVAILABLE,
            "The server's speech models are not working right now; try again."),
        RETRY_AFTER,
        "the speech models failed: " + failure.getMessage(),
        failure);
  }
}
