package parley.app;

import java.time.Duration;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.problem.ServiceUnavailable;

/// The server has just started and its speech models are not there yet.
final class ModelsLoading extends ServiceUnavailable {
  private static final long serialVersionUID = 1L;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  ModelsLoading() {
    super(
        new Problem(
            ProblemCode.BACKEND_UNAVAILABLE,
            "The server has just started and still loads its speech models; try again."),
        RETRY_AFTER,
        "the speech models are still loading",
        null);
  }
}
