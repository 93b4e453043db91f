package parley.media;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.db.Database;
import parley.media.BlobQueueTable.Claimed;
import parley.problem.ServiceUnavailable;

/// Works through a queue of contents on this node, several at a time.
///
/// What waits is a row in the database, so that it survives the node that works on it: a content
/// that was cut off is taken again when its lease is over or its node is back. One of the workers
/// is reserved for tenants that have nothing else under way, so that nobody's work, however slow,
/// is everybody's wait.
final class BlobWorkers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BlobWorkers.class);

  /// What other nodes received or what is due again is found by looking.
  private static final Duration POLLING_INTERVAL = Duration.ofSeconds(1);

  private static final Duration MAX_RETRY_DELAY = Duration.ofMinutes(1);

  private final Database database;
  private final Clock clock;
  private final BlobQueueTable queue;
  private final Settings settings;
  private final Processor processor;
  private final List<Thread> threads = new ArrayList<>();
  /// Advances by one phase with each [#wake].
  private final Phaser wakeUps = new Phaser(1);

  /// How a node works through the queue.
  ///
  /// @param name of its threads
  /// @param node the same at every start and no other node's
  /// @param workers how many, besides the reserved one
  /// @param lease longer than work on any content takes
  record Settings(String name, String node, int workers, Duration lease) {}

  /// The work itself.
  interface Processor {
    /// Does it and writes the result, or throws, which puts the content back for a while.
    ///
    /// @throws NoSuchFileException when the content is gone and nothing is left to do
    void process(Claimed claimed) throws IOException, InterruptedException;

    /// Called when a content was put back.
    default void postponed(Claimed claimed) {}

    /// Called by workers that have nothing to do; answers whether there is something now.
    default boolean findMore() {
      return false;
    }
  }

  BlobWorkers(
      Database database, Clock clock, BlobQueueTable queue, Settings settings, Processor processor) {
    this.database = database;
    this.clock = clock;
    this.queue = queue;
    this.settings = settings;
    this.processor = processor;
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
    // One arrival at a time, because a phaser accepts no more arrivals than it has parties.
    synchronized (wakeUps) {
      wakeUps.arrive();
    }
  }

  private void run(boolean reserved) {
    try {
      while (!Thread.interrupted()) {
        int phase = wakeUps.getPhase();
        Optional<Claimed> claimed = claim(reserved);
        if (claimed.isPresent()) {
          process(claimed.get());
          // Its tenant has one less under way, which may be what another worker waits for.
          wake();
        } else if (reserved || !findMore()) {
          sleep(phase);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void sleep(int phase) throws InterruptedException {
    try {
      wakeUps.awaitAdvanceInterruptibly(phase, POLLING_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException notWoken) {
      // Polls.
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
      return processor.findMore();
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
    TimeUnit.MILLISECONDS.sleep(POLLING_INTERVAL.toMillis());
  }

  private void process(Claimed claimed) throws InterruptedException {
    try {
      processor.process(claimed);
    } catch (NoSuchFileException gone) {
      LOG.debug("{}: {} went meanwhile", settings.name, claimed.blob().path());
    } catch (IOException | RuntimeException e) {
      // Cleared, since an interrupted thread cannot talk to the database.
      if (Thread.interrupted()) {
        putBack(claimed, Duration.ZERO, null);
        throw new InterruptedException();
      }
      boolean away = ServiceUnavailable.findIn(e).isPresent();
      putBack(claimed, away ? POLLING_INTERVAL : retryDelay(claimed.attempt()), e);
      if (away) {
        // One try a second tells when it is back, however much waits for it.
        TimeUnit.MILLISECONDS.sleep(POLLING_INTERVAL.toMillis());
      }
    }
  }

  /// What cannot even be put back is due again when its lease is over.
  private void putBack(Claimed claimed, Duration wait, @Nullable Exception reason) {
    if (reason != null) {
      LOG.warn(
          "{}: {} waits, the next try is in {}: {}",
          settings.name,
          claimed.blob().path(),
          wait,
          reason.toString());
    }
    try {
      database.useTransaction(
          transaction -> queue.putBack(transaction, claimed, clock.instant().plus(wait)));
    } catch (RuntimeException e) {
      LOG.error("{}: {} is tried again later", settings.name, claimed.blob().path(), e);
    }
    processor.postponed(claimed);
  }

  private static Duration retryDelay(int attempt) {
    Duration doubled = Duration.ofSeconds(1L << (Math.min(attempt, 10) - 1));
    return doubled.compareTo(MAX_RETRY_DELAY) < 0 ? doubled : MAX_RETRY_DELAY;
  }
}
