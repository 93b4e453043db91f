package parley.db;

import org.jspecify.annotations.Nullable;

/// The database did not answer in time. The work was not acknowledged and may be retried.
public final class DatabaseUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DatabaseUnavailable(@Nullable Throwable cause) {
    // No stack trace: during an outage every request throws one.
    super("the database does not answer", cause, false, false);
  }

  /// Whether a failure was caused by an unavailable database.
  public static boolean isCauseOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DatabaseUnavailable) {
        return true;
      }
    }
    return false;
  }
}
