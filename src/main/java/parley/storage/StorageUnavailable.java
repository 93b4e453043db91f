package parley.storage;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.problem.ServiceUnavailable;

/// The store does not respond.
public final class StorageUnavailable extends ServiceUnavailable {
  private static final long serialVersionUID = 1L;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /// @param detail for the operator
  StorageUnavailable(String detail, @Nullable Throwable cause) {
    super(
        new Problem(
            ProblemCode.STORAGE_UNAVAILABLE, "The files cannot be reached right now; try again."),
        RETRY_AFTER,
        detail,
        cause);
  }
}
