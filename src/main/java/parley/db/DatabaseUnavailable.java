package parley.db;

import org.jspecify.annotations.Nullable;

/// The database does not answer, or not in time. What was to be done may be tried again: nothing of
/// it was acknowledged.
public final class DatabaseUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DatabaseUnavailable(@Nullable Throwable cause) {
    // No stack trace: while the database is away this is thrown for every request.
    super("the database does not answer", cause, false, false);
  }

  /// Whether this is why the other failed.
  public static boolean isCauseOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DatabaseUnavailable) {
        return true;
      }
    }
    return false;
  }
}
