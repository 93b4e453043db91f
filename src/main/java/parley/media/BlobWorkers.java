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

/// Processes a queue of blobs with several workers on this node.
///
/// The queue is a table, so that work survives a crash of its node: a blob is claimed again when
/// its lease expires or its node restarts. One worker is reserved for tenants without other blobs
/// in progress, so that no tenant's work, however slow, delays everybody else's.
final class BlobWorkers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BlobWorkers.class);

  /// Polling finds the uploads of other nodes and blobs that have become due.
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

  /// Settings of a node's workers.
  ///
  /// @param name of the threads
  /// @param node the node's name, which is unique and stable across restarts
  /// @param workers the number of workers besides the reserved one
  /// @param lease longer than processing any blob takes
  record Settings(String name, String node, int workers, Duration lease) {}

  /// Processes single blobs.
  interface Processor {
    /// Processes a blob and writes the result. Exceptions put the blob back into the queue.
    ///
    /// @throws NoSuchFileException when the blob has been deleted
    void process(Claimed claimed) throws IOException, InterruptedException;

    /// Called after a blob was put back.
    default void postponed(Claimed claimed) {}

    /// Called by idle workers; returns whether it has queued more work.
    default boolean findMore() {
      return false;
    }
  }

  BlobWorkers(
      Database database,
      Clock clock,
      BlobQueueTable queue,
      Settings settings,
      Processor processor) {
    this.database = database;
    this.clock = clock;
    this.queue = queue;
    this.settings = settings;
    this.processor = processor;
  }

  /// Starts the workers.
  void start() {
    database.useTransaction(
        transaction -> queue.release(transaction, settings.node, clock.instant()));
    for (int i = 0; i <= settings.workers; i++) {
      boolean reserved = i == 0;
      threads.add(Thread.ofVirtual().name(settings.name + "-" + i).start(() -> run(reserved)));
    }
  }

  /// Stops the workers; blobs in progress are put back.
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

  /// Wakes idle workers, because there may be work.
  void wake() {
    // A phaser with one party throws on concurrent arrivals.
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
          // Another worker may be waiting for a blob of this tenant to finish.
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

  /// Synchronized so that each claim sees the previous ones.
  private synchronized Optional<Claimed> claim(boolean reserved) throws InterruptedException {
    try {
      return database.inTransactionWithRetry(transaction -> {
        Instant now = clock.instant();
        return queue.claim(transaction, reserved, settings.node, now, now.plus(settings.lease));
      });
    } catch (RuntimeException e) {
      fault("cannot claim work", e);
      return Optional.empty();
    }
  }

  private boolean findMore() throws InterruptedException {
    try {
      return processor.findMore();
    } catch (RuntimeException e) {
      fault("cannot queue more work", e);
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
      LOG.debug("{}: {} was deleted in the meantime", settings.name, claimed.blob().path());
    } catch (IOException | RuntimeException e) {
      // Clears the interrupt, because an interrupted thread cannot use the database.
      if (Thread.interrupted()) {
        putBack(claimed, Duration.ZERO, null);
        throw new InterruptedException();
      }
      boolean away = ServiceUnavailable.findIn(e).isPresent();
      putBack(claimed, away ? POLLING_INTERVAL : retryDelay(claimed.attempt()), e);
      if (away) {
        // One attempt per second suffices to notice the recovery.
        TimeUnit.MILLISECONDS.sleep(POLLING_INTERVAL.toMillis());
      }
    }
  }

  /// Puts a blob back. If even that fails, the blob becomes due when its lease expires.
  private void putBack(Claimed claimed, Duration wait, @Nullable Exception reason) {
    if (reason != null) {
      LOG.warn(
          "{}: {} failed and is retried in {}: {}",
          settings.name,
          claimed.blob().path(),
          wait,
          reason.toString());
    }
    try {
      database.useTransaction(
          transaction -> queue.putBack(transaction, claimed, clock.instant().plus(wait)));
    } catch (RuntimeException e) {
      LOG.error(
          "{}: {} is retried when its lease expires", settings.name, claimed.blob().path(), e);
    }
    processor.postponed(claimed);
  }

  private static Duration retryDelay(int attempt) {
    Duration doubled = Duration.ofSeconds(1L << (Math.min(attempt, 10) - 1));
    return doubled.compareTo(MAX_RETRY_DELAY) < 0 ? doubled : MAX_RETRY_DELAY;
  }
}
