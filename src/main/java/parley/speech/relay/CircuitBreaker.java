package parley.speech.relay;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// Stops calls to a failing server, and spares callers the wait: after several consecutive
/// failures, no call is admitted for a while; then a single call may try.
final class CircuitBreaker {
  private final Clock clock;
  private final int maxFailures;
  private final Duration pause;
  private int failures;
  private Instant closedUntil = Instant.MIN;

  /// @param maxFailures number of consecutive failures that open the circuit
  /// @param pause how long it stays open
  CircuitBreaker(Clock clock, int maxFailures, Duration pause) {
    this.clock = clock;
    this.maxFailures = maxFailures;
    this.pause = pause;
  }

  /// Returns zero to admit a call, otherwise how long to wait. After the pause a single call is
  /// admitted: it starts the next pause, and its success closes the circuit.
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
