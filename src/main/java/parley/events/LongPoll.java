package parley.events;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import parley.auth.Caller;

/// One request that waits for events. It holds nothing but its virtual thread meanwhile.
final class LongPoll implements Subscriber {
  /// How soon a request ends whose key was revoked.
  private static final Duration RIGHTS_INTERVAL = Duration.ofMillis(500);

  private final EventReader reader;
  private final EventFeed feed;
  private final Caller caller;
  private final Runnable rights;
  private final Semaphore signal = new Semaphore(0);

  /// @param rights called now and then; whatever it throws ends the wait
  LongPoll(EventReader reader, EventFeed feed, Caller caller, Runnable rights) {
    this.reader = reader;
    this.feed = feed;
    this.caller = caller;
    this.rights = rights;
  }

  /// The caller's events after `since`: at once when there are some, otherwise as soon as one
  /// comes; an empty page when none comes within `wait` or the server stops.
  EventPage await(long since, int max, Duration wait) throws InterruptedException {
    EventPage page = page(since, max);
    if (!page.events().isEmpty() || wait.isZero()) {
      return page;
    }
    long until = System.nanoTime() + wait.toNanos();
    feed.attach(this);
    try {
      while (true) {
        // The first time for what came between the page above and attaching.
        page = page(page.next(), max);
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

  private EventPage page(long since, int max) {
    return reader.page(caller.tenant(), caller.user(), since, max);
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
