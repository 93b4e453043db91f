package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Runs inference piece by piece: by priority, then in order of arrival; a recording of hours gives
/// way after each piece. Platform threads of its own, since native code would hold a virtual
/// thread's carrier.
///
/// A piece of a file takes seconds, which is too long for a caption to wait. So file work calls
/// [#giveWay] wherever it can pause, and what is live runs there, in its midst. Live work must
/// therefore share nothing with file work that either changes while it runs; loaded models can be
/// shared.
final class InferenceQueue implements AutoCloseable {
  /// Something to compute.
  interface Work<T> {
    T run() throws OrtException;
  }

  /// Who waits for the result, most urgent first.
  enum Priority {
    /// The final caption of what somebody has just said.
    FINAL,
    /// A partial caption of what somebody is saying.
    PARTIAL,
    /// A recorded file: nobody is watching.
    FILE;

    boolean isLive() {
      return this != FILE;
    }
  }

  private final AtomicLong submitted = new AtomicLong();

  private final ThreadPoolExecutor inference;

  /// The task that this thread runs now. The threads are this object's own.
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<@Nullable Task<?>> running = new ThreadLocal<>();

  private final Runnable onFault;

  /// @param name of the threads
  /// @param threads how many tasks run at a time
  /// @param onFault called when the models failed at some work, on the thread that waited for it
  InferenceQueue(String name, int threads, Runnable onFault) {
    this.onFault = onFault;
    this.inference =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new PriorityBlockingQueue<>(),
            Thread.ofPlatform().name(name).daemon().factory());
  }

  private final class Task<T> extends FutureTask<T> implements Comparable<Task<?>> {
    private static final Comparator<Task<?>> ORDER =
        Comparator.<Task<?>, Priority>comparing(task -> task.priority)
            .thenComparingLong(task -> task.number);

    /// Begun, or given up before.
    final AtomicBoolean begun = new AtomicBoolean();

    /// Whether whoever waits for it was interrupted.
    volatile boolean unwanted;

    private final Priority priority;
    private final long number;

    Task(Priority priority, long number, Work<T> work) {
      super(work::run);
      this.priority = priority;
      this.number = number;
    }

    @Override
    public void run() {
      if (begun.compareAndSet(false, true)) {
        Task<?> interrupted = running.get();
        running.set(this);
        try {
          super.run();
        } finally {
          running.set(interrupted);
        }
      }
    }

    @Override
    public int compareTo(Task<?> other) {
      return ORDER.compare(this, other);
    }
  }

  /// Queues the work and waits for its result. An interrupt does not cut native code short: it ends
  /// file work at its next [#giveWay], and is kept for the caller's next wait.
  ///
  /// @throws UncheckedIOException of [EngineUnavailable] when the models fail
  <T> T run(Priority priority, Work<T> work) {
    return reported(submit(priority, work));
  }

  /// As [#run] for a file, but for a self-test, whose failure is an answer and no news.
  <T> T check(Work<T> work) throws OrtException {
    return result(submit(Priority.FILE, work));
  }

  /// As [#run], but gives the work up, with an empty answer, if it has not begun within `patience`.
  <T> Optional<T> runWithin(Duration patience, Priority priority, Work<T> work) {
    Task<T> task = submit(priority, work);
    if (!ends(task, patience) && task.begun.compareAndSet(false, true)) {
      inference.remove(task);
      return Optional.empty();
    }
    return Optional.of(reported(task));
  }

  private <T> Task<T> submit(Priority priority, Work<T> work) {
    Task<T> task = new Task<>(priority, submitted.getAndIncrement(), work);
    inference.execute(task);
    return task;
  }

  private static boolean ends(FutureTask<?> task, Duration patience) {
    try {
      task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      // Told by the one who asks for the result.
    }
    return true;
  }

  private <T> T reported(Task<T> task) {
    try {
      return result(task);
    } catch (OrtException e) {
      onFault.run();
      throw new UncheckedIOException(new EngineUnavailable(e));
    }
  }

  private static <T> T result(Task<T> task) throws OrtException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
          task.unwanted = true;
        } catch (ExecutionException e) {
          switch (e.getCause()) {
            case OrtException failed -> throw failed;
            case RuntimeException failed -> throw failed;
            case Error failed -> throw failed;
            case null, default -> throw new IllegalStateException(e);
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Runs the live work that waits, in the midst of the file work that calls this; within live work
  /// it does nothing. Only for work that this queue runs.
  ///
  /// @throws Cancelled when nobody wants the file work any more
  void giveWay() {
    Task<?> current = running.get();
    if (current == null || current.priority.isLive()) {
      return;
    }
    if (current.unwanted) {
      throw new Cancelled();
    }
    while (inference.getQueue().peek() instanceof Task<?> next
        && next.priority.isLive()
        && inference.getQueue().remove(next)) {
      next.run();
    }
  }

  /// How many tasks wait to begin.
  int waiting() {
    return inference.getQueue().size();
  }

  @Override
  public void close() {
    inference.close();
  }
}
