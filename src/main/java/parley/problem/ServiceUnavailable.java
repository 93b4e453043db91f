package parley.problem;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Something that the server depends on does not work right now: a program, a model, a store. It is
/// never the caller's fault and nothing is lost: callers are told when to retry, and background
/// work is retried.
///
/// The exception's own message is for the operator and may contain paths and addresses.
public abstract class ServiceUnavailable extends IOException {
  private static final long serialVersionUID = 1L;

  private final Problem problem;

  /// @param problem the error for the caller
  /// @param detail the message for the operator
  protected ServiceUnavailable(
      Problem problem, Duration retryAfter, String detail, @Nullable Throwable cause) {
    super(detail, cause);
    this.problem = problem.retryAfter(retryAfter);
  }

  /// The error for the caller, with the time after which to retry.
  public final Problem problem() {
    return problem;
  }

  /// Finds the unavailable service among the causes of a failure.
  public static Optional<ServiceUnavailable> findIn(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ServiceUnavailable unavailable) {
        return Optional.of(unavailable);
      }
    }
    return Optional.empty();
  }
}
