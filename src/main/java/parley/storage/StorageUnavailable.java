package parley.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The store cannot be asked right now; nothing was lost by that. Whoever waits for an answer is
/// told STORAGE_UNAVAILABLE, and work in the background is tried again.
public final class StorageUnavailable extends IOException {
  private static final long serialVersionUID = 1L;

  StorageUnavailable(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// Whether this is why the other failed.
  public static boolean isBehind(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StorageUnavailable) {
        return true;
      }
    }
    return false;
  }
}
