package parley.app;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// How long a stop may still wait, however many parts it waits for: the time begins to run when it
/// is first asked for.
final class Drain {
  private static final long NOT_BEGUN = Long.MIN_VALUE;

  private final Duration whole;
  private final AtomicLong end = new AtomicLong(NOT_BEGUN);

  Drain(Duration whole) {
    this.whole = whole;
  }

  /// What is left of it; never negative.
  Duration left() {
    long now = System.nanoTime();
    end.compareAndSet(NOT_BEGUN, now + whole.toNanos());
    return Duration.ofNanos(Math.max(0, end.get() - now));
  }

  /// What is left of it, but at least `min`.
  Duration leftAtLeast(Duration min) {
    Duration left = left();
    return left.compareTo(min) < 0 ? min : left;
  }

  /// What is left of it but for its last part; never negative.
  Duration leftBut(Duration last) {
    Duration left = left().minus(last);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
