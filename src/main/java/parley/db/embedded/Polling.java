package parley.db.embedded;

import java.io.IOException;
import java.time.Duration;

/// Polls the state of other processes, which send no notification.
final class Polling {
  private static final Duration INTERVAL = Duration.ofMillis(4);

  interface Condition {
    boolean isMet() throws IOException;
  }

  private Polling() {}

  /// Waits until the condition is met.
  ///
  /// @return whether it was met within the timeout
  static boolean until(Condition condition, Duration timeout) throws IOException {
    long start = System.nanoTime();
    while (!condition.isMet()) {
      if (System.nanoTime() - start > timeout.toNanos()) {
        return false;
      }
      try {
        Thread.sleep(INTERVAL);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new PostgresException("interrupted while waiting for PostgreSQL", interrupted);
      }
    }
    return true;
  }
}
