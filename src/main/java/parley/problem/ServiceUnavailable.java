package parley.problem;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Something that the server needs to do its work does not work right now: a program, a model, a
/// store. It is never the fault of what the caller sent, and nothing is lost by it: whoever waits
/// for an answer is told to come back, and work in the background is tried again.
///
/// The exception's own message is for the operator and may name paths and addresses.
public abstract class ServiceUnavailable extends IOException {
  private static final long serialVersionUID = 1L;

  private final Problem problem;

  /// @param problem what a caller is told
  /// @param retryAfter when trying again makes sense
  /// @param detail for the operator
  protected ServiceUnavailable(
      Problem problem, Duration retryAfter, String detail, @Nullable Throwable cause) {
    super(detail, cause);
    this.problem = problem.retryAfter(retryAfter);
  }

  /// What a caller is told, with the time after which trying again makes sense.
  public final Problem problem() {
    return problem;
  }

  /// What was unavailable, when that is why the other failed.
  public static Optional<ServiceUnavailable> findIn(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ServiceUnavailable unavailable) {
        return Optional.of(unavailable);
      }
    }
    return Optional.empty();
  }
}
