package parley.events;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import parley.auth.Caller;

/// A request that waits for events. It only occupies its virtual thread.
final class LongPoll implements Subscriber {
  /// How quickly a request ends after its key is revoked.
  private static final Duration RIGHTS_INTERVAL = Duration.ofMillis(500);

  private final EventReader reader;
  private final EventFeed feed;
  private final Caller caller;
  private final Runnable rights;
  private final Semaphore signal = new Semaphore(0);

  /// @param rights called periodically; an exception from it ends the wait
  LongPoll(EventReader reader, EventFeed feed, Caller caller, Runnable rights) {
    this.reader = reader;
    this.feed = feed;
    this.caller = caller;
    this.rights = rights;
  }

  /// The caller's events after `since`, or the oldest without it, as soon as there are any. Returns
  /// an empty page when none comes within `wait` or the server stops.
  EventPage await(Optional<Long> since, int max, Duration wait) throws InterruptedException {
    EventPage page = page(since, max);
    if (!page.events().isEmpty() || wait.isZero()) {
      return page;
    }
    long until = System.nanoTime() + wait.toNanos();
    feed.attach(this);
    try {
      while (true) {
        // The first time, this finds events from between the page above and attaching.
        long read = page.next();
        page = page(since.map(given -> read), max);
        long left = until - System.nanoTime();
        if (!page.events().isEmpty() || left <= 0 || feed.isStopping()) {
          return page;
        }
        awaitSignal(until);
      }
    } finally {
      feed.detach(this);
    }
  }

  private void awaitSignal(long until) throws InterruptedException {
    boolean signalled = false;
    long left = until - System.nanoTime();
    while (!signalled && left > 0) {
      rights.run();
      signalled =
          signal.tryAcquire(Math.min(left, RIGHTS_INTERVAL.toNanos()), TimeUnit.NANOSECONDS);
      left = until - System.nanoTime();
    }
    signal.drainPermits();
    rights.run();
  }

  private EventPage page(Optional<Long> since, int max) {
    return since.isPresent()
        ? reader.page(caller.tenant(), caller.user(), since.get(), max)
        : reader.first(caller.tenant(), caller.user(), max);
  }

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public void receive(LiveEvent event) {
    signal.release();
  }

  @Override
  public void stopping() {
    signal.release();
  }
}
