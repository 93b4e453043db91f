package parley.background;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs tasks that nobody waits for, each on a virtual thread of its own. Failures are logged. A
/// node that is being stopped drops new tasks: every one of them must be such that a periodic run,
/// here or on another node, makes up for it. Whoever creates it closes it.
public final class BackgroundTasks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundTasks.class);

  private final String name;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// @param name by which the log names failed tasks
  public BackgroundTasks(String name) {
    this.name = name;
  }

  /// Begins to run the task.
  public void run(Runnable task) {
    Future<?> _ = submit(task);
  }

  /// As [#run], for a caller who waits for the end.
  ///
  /// @return done when the task is over or dropped; failed when the task is
  public Future<?> submit(Runnable task) {
    try {
      return threads.submit(() -> {
        try {
          task.run();
        } catch (RuntimeException e) {
          PeriodicWork.logFailure(name, e);
          throw e;
        }
      });
    } catch (RejectedExecutionException stopping) {
      LOG.debug("{}: dropped, because this node stops", name);
      return CompletableFuture.completedFuture(null);
    }
  }

  /// Waits for the tasks under way.
  @Override
  public void close() {
    threads.close();
  }
}
