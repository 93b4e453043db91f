package parley.jobs;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// How many jobs of one priority this node works on. Their number is limited, except for tenants
/// none of whose jobs runs: hours of one tenant's recordings never make another wait for their end.
final class JobPlaces {
  private final int places;
  private int taken;
  private boolean stopping;

  JobPlaces(int places) {
    this.places = places;
  }

  /// Takes a place for a job of any tenant; false if there is none within the time.
  synchronized boolean take(Duration within) throws InterruptedException {
    long until = System.nanoTime() + within.toNanos();
    for (long left = within.toNanos();
        taken == places && left > 0 && !stopping;
        left = until - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    if (taken == places) {
      return false;
    }
    taken++;
    return true;
  }

  synchronized void leave() {
    taken--;
    notifyAll();
  }

  /// Ends all waits, because this node is stopping.
  synchronized void stop() {
    stopping = true;
    notifyAll();
  }

  synchronized boolean isStopping() {
    return stopping;
  }
}
