package parley.testing;

import java.time.Duration;
import java.util.concurrent.Callable;

/// Waits for effects in other threads and processes.
public final class Eventually {
  /// Long, for loaded machines; a passing test never waits for it.
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

  private Eventually() {}

  /// Returns as soon as the condition holds, and fails when it does not within half a minute.
  public static void holds(String what, Callable<Boolean> condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.call()) {
      if (System.nanoTime() - start > LIMIT.toNanos()) {
        throw new AssertionError("not within " + LIMIT + ": " + what);
      }
      Thread.sleep(BETWEEN_LOOKS);
    }
  }
}
