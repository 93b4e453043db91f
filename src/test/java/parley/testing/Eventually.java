package parley.testing;

import java.time.Duration;
import java.util.concurrent.Callable;

/// Waits for effects in other threads and processes.
public final class Eventually {
  /// Long, for loaded machines; a passing test never waits for it.
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final Duration MIN_BETWEEN_LOOKS = Duration.ofMillis(5);

  /// A look is often a request with a query: at two hundred a second, waiting would take a third of
  /// a processor.
  private static final Duration MAX_BETWEEN_LOOKS = Duration.ofMillis(50);

  /// No wait becomes longer by more than this part of itself.
  private static final int DELAY_DIVISOR = 20;

  private Eventually() {}

  /// Returns as soon as the condition holds, and fails when it does not within half a minute.
  public static void holds(String what, Callable<Boolean> condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.call()) {
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      if (waited.compareTo(LIMIT) > 0) {
        throw new AssertionError("not within " + LIMIT + ": " + what);
      }
      Thread.sleep(betweenLooks(waited));
    }
  }

  private static Duration betweenLooks(Duration waited) {
    Duration share = waited.dividedBy(DELAY_DIVISOR);
    if (share.compareTo(MIN_BETWEEN_LOOKS) < 0) {
      return MIN_BETWEEN_LOOKS;
    }
    return share.compareTo(MAX_BETWEEN_LOOKS) < 0 ? share : MAX_BETWEEN_LOOKS;
  }
}
