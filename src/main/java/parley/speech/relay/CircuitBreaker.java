package parley.speech.relay;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// Spares a server that fails, and the callers that would wait for it: after some failures in a row
/// nobody asks it for a while; then one may try.
final class CircuitBreaker {
  private final Clock clock;
  private final int mostFailures;
  private final Duration pause;
  private int failures;
  private Instant closedUntil = Instant.MIN;

  /// @param mostFailures how many calls in a row may fail
  /// @param pause how long nobody asks after that
  CircuitBreaker(Clock clock, int mostFailures, Duration pause) {
    this.clock = clock;
    this.mostFailures = mostFailures;
    this.pause = pause;
  }

  /// How long callers should still stay away; zero when they need not.
  synchronized Duration pauseLeft() {
    if (failures < mostFailures) {
      return Duration.ZERO;
    }
    Duration left = Duration.between(clock.instant(), closedUntil);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /// Admits a call, or tells how long to stay away. After a pause one call alone is admitted: the
  /// next pause begins with it, and its success ends it.
  synchronized Duration admit() {
    Duration left = pauseLeft();
    if (left.isZero() && failures >= mostFailures) {
      closedUntil = clock.instant().plus(pause);
    }
    return left;
  }

  synchronized void succeeded() {
    failures = 0;
  }

  synchronized void failed() {
    failures++;
    if (failures >= mostFailures) {
      closedUntil = clock.instant().plus(pause);
    }
  }
}
