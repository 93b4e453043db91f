package parley.db.embedded;

import java.io.IOException;
import java.time.Duration;

/// Waits for other processes, which give no notice of what they do.
final class Polling {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(4);

  /// Something to be seen from outside a process.
  interface Condition {
    boolean isMet() throws IOException;
  }

  private Polling() {}

  /// Looks until it is seen or the time is over; says whether it was seen.
  static boolean until(Condition condition, Duration limit) throws IOException {
    long start = System.nanoTime();
    while (!condition.isMet()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        return false;
      }
      try {
        Thread.sleep(BETWEEN_LOOKS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new PostgresException("interrupted while waiting for PostgreSQL", interrupted);
      }
    }
    return true;
  }
}
