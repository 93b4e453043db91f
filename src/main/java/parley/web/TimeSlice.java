package parley.web;

import java.util.concurrent.locks.LockSupport;

/// The time for which a virtual thread may go on before others get their turn. Virtual threads are
/// not preempted and give way only where they block, and reading from a client that always sends
/// more never blocks: a few fast clients could keep everybody else waiting.
///
/// It parks instead of yielding, since a carrier runs the threads that yield again before it takes
/// new ones from outside. For one thread at a time.
final class TimeSlice {
  private static final long NANOS = 5_000_000;

  private long began = System.nanoTime();

  /// To be called for each piece of a client's data.
  void giveWayIfUsedUp() {
    if (System.nanoTime() - began > NANOS) {
      LockSupport.parkNanos(1);
      began = System.nanoTime();
    }
  }
}
