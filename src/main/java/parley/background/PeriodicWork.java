package parley.background;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.db.DatabaseUnavailable;

/// Does things again and again, each on a virtual thread of its own, until it is closed. What fails
/// is logged and tried again in the next round. To be closed by the one who made it.
public final class PeriodicWork implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeriodicWork.class);

  private final CountDownLatch stopping = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  /// Begins to do this, with `pause` between the end of one round and the next.
  ///
  /// @param name of the thread, which the log tells when a round fails
  public void every(Duration pause, String name, Runnable work) {
    threads.add(
        Thread.ofVirtual()
            .name(name)
            .start(() -> {
              do {
                safely(name, work);
              } while (!stopsWithin(pause));
            }));
  }

  /// Does something now; logs what fails.
  ///
  /// @param name which the log tells
  public static void safely(String name, Runnable work) {
    try {
      work.run();
    } catch (DatabaseUnavailable away) {
      // The log has told that it is away.
      LOG.debug("{}: not possible now; the next round tries again", name, away);
    } catch (RuntimeException e) {
      LOG.warn("{}: failed; the next round tries again", name, e);
    }
  }

  /// Waits that long, but no longer than until the end; whether that has come.
  public boolean stopsWithin(Duration pause) {
    try {
      return stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /// Whether it is being closed, so that a long round had better end.
  public boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /// Begins no more rounds and waits for those under way.
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
