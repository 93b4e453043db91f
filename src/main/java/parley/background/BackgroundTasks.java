package parley.background;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs fire-and-forget tasks, each on a virtual thread of its own, and logs their failures. A node
/// that is stopping drops new tasks, so periodic work, here or on another node, must be able to
/// catch up on each of them. The creator closes it.
public final class BackgroundTasks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundTasks.class);

  private final String name;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// @param name names the tasks in the log
  public BackgroundTasks(String name) {
    this.name = name;
  }

  /// Starts the task.
  public void run(Runnable task) {
    Future<?> _ = submit(task);
  }

  /// Like [#run], for callers that wait for the end.
  ///
  /// @return completed when the task has ended or was dropped, failed if the task failed
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

  /// Waits for the running tasks.
  @Override
  public void close() {
    threads.close();
  }
}
