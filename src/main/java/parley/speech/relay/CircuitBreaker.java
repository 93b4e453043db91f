package parley.speech.relay;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// Spares a server that fails, and the callers that would wait for it: after some failures in a row
/// nobody asks it for a while; then one may try.
final class CircuitBreaker {
  private final Clock clock;
  private final int maxFailures;
  private final Duration pause;
  private int failures;
  private Instant closedUntil = Instant.MIN;

  /// @param maxFailures how many calls in a row may fail
  /// @param pause how long nobody asks after that
  CircuitBreaker(Clock clock, int maxFailures, Duration pause) {
    this.clock = clock;
    this.maxFailures = maxFailures;
    this.pause = pause;
  }

  /// Admits a call, by zero, or tells how long to stay away. After a pause one call alone is
  /// admitted: the next pause begins with it, and its success ends it.
  synchronized Duration admit() {
    if (failures < maxFailures) {
      return Duration.ZERO;
    }
    Instant now = clock.instant();
    Duration left = Duration.between(now, closedUntil);
    if (left.isPositive()) {
      return left;
    }
    closedUntil = now.plus(pause);
    return Duration.ZERO;
  }

  synchronized void succeeded() {
    failures = 0;
  }

  synchronized void failed() {
    failures++;
    if (failures >= maxFailures) {
      closedUntil = clock.instant().plus(pause);
    }
  }
}
