package parley.web;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Keeps clients that always send more from taking all carriers of virtual threads, which are not
/// preempted and give way only where they block: with as many such clients as carriers, other
/// threads would wait for minutes. Yielding and short parking do not help, since a carrier prefers
/// threads that come back to new ones.
///
/// A thread that has worked for 5 ms without having to wait for data needs a lease for each further
/// piece, and there is one lease less than carriers. A lease ends by itself, because its holder may
/// block elsewhere or never come back.
///
/// For one connection, and for one thread at a time.
final class TimeSlice {
  private static final long FREE_NANOS = 5_000_000;

  /// A read that takes longer had to wait for data. Well above what a busy machine needs to run a
  /// thread again: with 200 µs, sixteen fast WebSockets seemed to wait, took no leases, and kept
  /// others waiting for seconds.
  private static final long WAIT_NANOS = 2_000_000;

  private static final Leases LEASES =
      new Leases(
          Integer.getInteger(
                  "jdk.virtualThreadScheduler.parallelism",
                  Runtime.getRuntime().availableProcessors())
              - 1);

  private long began = System.nanoTime();
  private long paused = began;
  private Leases.@Nullable Lease lease;

  /// To be called before the next piece is read.
  void pause() {
    if (lease != null) {
      lease.end();
      lease = null;
    }
    paused = System.nanoTime();
  }

  /// To be called when a piece has been read, before anything is done with it; may block.
  void resume() {
    long now = System.nanoTime();
    if (now - paused > WAIT_NANOS) {
      began = now;
    } else if (now - began > FREE_NANOS) {
      lease = LEASES.take();
    }
  }

  /// Who may work while others wait, first come, first served.
  private static final class Leases {
    private static final long NANOS = 20_000_000;

    /// Serves in the order of arrival.
    private final ReentrantLock line = new ReentrantLock(true);

    /// When each ends, by [System#nanoTime]; [#FREE] if nobody has it.
    private final AtomicLongArray ends;

    private static final long FREE = Long.MIN_VALUE;
    private volatile @Nullable Thread first;

    Leases(int count) {
      this.ends = new AtomicLongArray(Math.max(1, count));
      for (int i = 0; i < ends.length(); i++) {
        ends.set(i, FREE);
      }
    }

    /// A right to work.
    final class Lease {
      private final int number;
      private final long until;

      private Lease(int number, long until) {
        this.number = number;
        this.until = until;
      }

      void end() {
        if (ends.compareAndSet(number, until, FREE)) {
          LockSupport.unpark(first);
        }
      }
    }

    Lease take() {
      line.lock();
      try {
        first = Thread.currentThread();
        while (true) {
          long now = System.nanoTime();
          long shortest = NANOS;
          for (int i = 0; i < ends.length(); i++) {
            long end = ends.get(i);
            long left = end == FREE ? 0 : end - now;
            if (left <= 0) {
              ends.set(i, now + NANOS);
              return new Lease(i, now + NANOS);
            }
            shortest = Math.min(shortest, left);
          }
          LockSupport.parkNanos(this, shortest);
        }
      } finally {
        first = null;
        line.unlock();
      }
    }
  }
}
