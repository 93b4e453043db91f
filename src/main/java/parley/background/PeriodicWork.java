package parley.background;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.db.DatabaseUnavailable;

/// Runs tasks periodically until it is closed, each on a virtual thread of its own. A failed run is
/// logged, and the task runs again after the usual pause. The creator closes it.
public final class PeriodicWork implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeriodicWork.class);

  private final CountDownLatch stopping = new CountDownLatch(1);
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  /// Runs the task immediately and then repeatedly, `pause` after the end of each run.
  ///
  /// @param name names the thread, and failed runs in the log
  public void every(Duration pause, String name, Runnable task) {
    threads.add(
        Thread.ofVirtual()
            .name(name)
            .start(() -> {
              do {
                safely(name, task);
              } while (!stopsWithin(pause));
            }));
  }

  /// Runs the task now and logs its failure instead of throwing it.
  ///
  /// @param name names the failure in the log
  public static void safely(String name, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      logFailure(name, e);
    }
  }

  static void logFailure(String name, RuntimeException failure) {
    if (failure instanceof DatabaseUnavailable) {
      // The outage itself has already been logged.
      LOG.debug("{}: the database is unavailable; the next run tries again", name, failure);
    } else {
      LOG.warn("{} failed; the next run tries again", name, failure);
    }
  }

  /// Waits for `pause`, or until this is closed, and returns whether it was closed.
  public boolean stopsWithin(Duration pause) {
    try {
      return stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /// Whether it is being closed. Long runs check this to end early.
  public boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /// Starts no more runs and waits for the current ones.
  @Override
  public void close() {
    stopping.countDown();
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
