package parley.media;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.db.Database;
import parley.media.ContentQueueTable.Claimed;
import parley.problem.ServiceUnavailable;

/// Works through a queue of contents on this node, several at a time.
///
/// What waits is a row in the database, so that it survives the node that works on it: a content
/// that was cut off is taken again when its lease is over or its node is back. One of the workers
/// is reserved for tenants that have nothing else under way, so that nobody's work, however slow,
/// is everybody's wait.
final class ContentWorkers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ContentWorkers.class);

  /// What other nodes received or what is due again is found by looking.
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private static final Duration MAX_WAIT = Duration.ofMinutes(1);

  private final Database database;
  private final Clock clock;
  private final ContentQueueTable queue;
  private final Settings settings;
  private final Work work;
  private final List<Thread> threads = new ArrayList<>();
  private final Object bell = new Object();
  private long rung;

  /// How a node works through the queue.
  ///
  /// @param name of its threads
  /// @param node the same at every start and no other node's
  /// @param workers how many, besides the reserved one
  /// @param lease longer than work on any content takes
  record Settings(String name, String node, int workers, Duration lease) {}

  /// The work itself.
  interface Work {
    /// Does it and writes the result, or throws, which puts the content back for a while.
    ///
    /// @throws NoSuchFileException when the content is gone and nothing is left to do
    void on(Claimed claimed) throws IOException, InterruptedException;

    /// Called when a content was put back.
    default void postponed(Claimed claimed) {}

    /// Called by workers that have nothing to do; answers whether there is something now.
    default boolean findMore() {
      return false;
    }
  }

  ContentWorkers(
      Database database, Clock clock, ContentQueueTable queue, Settings settings, Work work) {
    this.database = database;
    this.clock = clock;
    this.queue = queue;
    this.settings = settings;
    this.work = work;
  }

  /// Begins to work.
  void start() {
    database.useTransaction(
        transaction -> queue.release(transaction, settings.node, clock.instant()));
    for (int i = 0; i <= settings.workers; i++) {
      boolean reserved = i == 0;
      threads.add(Thread.ofVirtual().name(settings.name + "-" + i).start(() -> run(reserved)));
    }
  }

  /// Stops; what is being worked on is put back.
  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Says that there may be something to do.
  void wake() {
    synchronized (bell) {
      rung++;
      bell.notifyAll();
    }
  }

  private void run(boolean reserved) {
    try {
      while (!Thread.interrupted()) {
        long heard = heard();
        Optional<Claimed> claimed = claim(reserved);
        if (claimed.isPresent()) {
          work(claimed.get());
          // Its tenant has one less under way, which may be what another worker waits for.
          wake();
        } else if (reserved || !findMore()) {
          sleep(heard);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private long heard() {
    synchronized (bell) {
      return rung;
    }
  }

  private void sleep(long heard) throws InterruptedException {
    long end = System.nanoTime() + LOOK_EVERY.toNanos();
    synchronized (bell) {
      for (long left = LOOK_EVERY.toMillis();
          rung == heard && left > 0;
          left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
        bell.wait(left);
      }
    }
  }

  /// One at a time, so that each sees what the other has taken.
  private synchronized Optional<Claimed> claim(boolean reserved) throws InterruptedException {
    try {
      return database.inTransactionWithRetry(transaction -> {
        Instant now = clock.instant();
        return queue.claim(transaction, reserved, settings.node, now, now.plus(settings.lease));
      });
    } catch (RuntimeException e) {
      fault("cannot look for what is to be done", e);
      return Optional.empty();
    }
  }

  private boolean findMore() throws InterruptedException {
    try {
      return work.findMore();
    } catch (RuntimeException e) {
      fault("cannot look for what is to be made again", e);
      return false;
    }
  }

  private void fault(String what, RuntimeException e) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    LOG.warn("{}: {}", settings.name, what, e);
    TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
  }

  private void work(Claimed claimed) throws InterruptedException {
    try {
      work.on(claimed);
    } catch (NoSuchFileException gone) {
      LOG.debug("{}: {} went meanwhile", settings.name, claimed.content().path());
    } catch (IOException | RuntimeException e) {
      // Cleared, since an interrupted thread cannot talk to the database.
      if (Thread.interrupted()) {
        putBack(claimed, Duration.ZERO, null);
        throw new InterruptedException();
      }
      boolean away = ServiceUnavailable.findIn(e).isPresent();
      putBack(claimed, away ? LOOK_EVERY : wait(claimed.attempt()), e);
      if (away) {
        // One try a second tells when it is back, however much waits for it.
        TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
      }
    }
  }

  /// What cannot even be put back is due again when its lease is over.
  private void putBack(Claimed claimed, Duration wait, @Nullable Exception reason) {
    if (reason != null) {
      LOG.warn(
          "{}: {} waits, the next try is in {}: {}",
          settings.name,
          claimed.content().path(),
          wait,
          reason.toString());
    }
    try {
      database.useTransaction(
          transaction -> queue.putBack(transaction, claimed, clock.instant().plus(wait)));
    } catch (RuntimeException e) {
      LOG.error("{}: {} is tried again later", settings.name, claimed.content().path(), e);
    }
    work.postponed(claimed);
  }

  private static Duration wait(int attempt) {
    Duration doubled = Duration.ofSeconds(1L << (Math.min(attempt, 10) - 1));
    return doubled.compareTo(MAX_WAIT) < 0 ? doubled : MAX_WAIT;
  }
}
