package parley.health;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs a slow task once at a time; concurrent callers share its result.
public final class SingleFlight<T> {
  private final String name;
  private final Supplier<T> task;
  private @Nullable CompletableFuture<T> inProgress;

  /// @param name of the thread that runs the task
  public SingleFlight(String name, Supplier<T> task) {
    this.name = name;
    this.task = task;
  }

  /// The result of the run in progress, or of a new one.
  public synchronized CompletableFuture<T> run() {
    CompletableFuture<T> result = inProgress;
    if (result == null || result.isDone()) {
      result = CompletableFuture.supplyAsync(task, run -> Thread.ofVirtual().name(name).start(run));
      inProgress = result;
    }
    return result;
  }
}
