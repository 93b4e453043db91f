package parley.events;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import parley.auth.Caller;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// One request that waits for events. Only its virtual thread is kept meanwhile.
final class LongPoll implements Subscriber {
  private final EventReader reader;
  private final EventFeed feed;
  private final Caller caller;
  private final Semaphore signal = new Semaphore(0);
  private volatile boolean revoked;

  LongPoll(EventReader reader, EventFeed feed, Caller caller) {
    this.reader = reader;
    this.feed = feed;
    this.caller = caller;
  }

  /// The caller's events behind `since`: at once when there are some, else as soon as one comes; an
  /// empty page when none comes within `wait` or the server stops.
  EventPage await(long since, int most, Duration wait) throws InterruptedException {
    EventPage page = page(since, most);
    if (!page.events().isEmpty() || wait.isZero()) {
      return page;
    }
    long until = System.nanoTime() + wait.toNanos();
    feed.attach(this);
    try {
      while (true) {
        // The first time for what came between the page before and the attaching.
        page = page(page.next(), most);
        long left = until - System.nanoTime();
        if (!page.events().isEmpty() || left <= 0 || feed.isStopping()) {
          return page;
        }
        if (signal.tryAcquire(left, TimeUnit.NANOSECONDS)) {
          signal.drainPermits();
        }
        if (revoked) {
          throw new Problem(ProblemCode.TOKEN_INVALID, "The token is not valid any more.");
        }
      }
    } finally {
      feed.detach(this);
    }
  }

  private EventPage page(long since, int most) {
    return reader.page(caller.tenant(), caller.user(), since, most);
  }

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public void heard(LiveEvent event) {
    signal.release();
  }

  @Override
  public void revoked() {
    revoked = true;
    signal.release();
  }

  @Override
  public void stopping() {
    signal.release();
  }
}
