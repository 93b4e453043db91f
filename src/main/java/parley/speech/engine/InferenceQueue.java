package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
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

/// Runs inference by priority. Owners of work of the same priority take turns, so that only those
/// with much of it wait for it. Long recordings are submitted piece by piece, so other work runs in
/// between. It uses its own platform threads, since native code would pin a virtual thread's
/// carrier.
///
/// A piece of a file takes seconds, too long for a caption to wait. File work therefore calls
/// [#giveWay] wherever it can pause, and waiting live work runs inside that call. Live work must
/// share no mutable state with file work; it may share loaded models.
final class InferenceQueue implements AutoCloseable {
  /// A unit of inference.
  interface Work<T> {
    T run() throws OrtException;
  }

  /// Who waits for the result, most urgent first.
  enum Priority {
    /// The final caption of an utterance that has just ended.
    FINAL,
    /// A partial caption of an utterance in progress.
    PARTIAL,
    /// A final caption of audio that arrives faster than anybody speaks: nobody is listening to it.
    PLAYED,
    /// A file: nobody is watching.
    FILE;

    boolean isLive() {
      return this != FILE;
    }
  }

  /// The owner of work that is nobody's in particular.
  static final String NOBODY = "";

  private final AtomicLong submitted = new AtomicLong();

  private final Map<Priority, StartTags> startTags = new EnumMap<>(Priority.class);

  private final ThreadPoolExecutor inference;

  /// The task that this thread is running. The threads belong to this object.
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<@Nullable Task<?>> running = new ThreadLocal<>();

  private final Runnable onFault;

  /// @param name name of the threads
  /// @param threads number of tasks that run concurrently
  /// @param onFault called when a model fails, on the thread that waits for the result
  InferenceQueue(String name, int threads, Runnable onFault) {
    this.onFault = onFault;
    for (Priority priority : Priority.values()) {
      startTags.put(priority, new StartTags());
    }
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
            .thenComparingLong(task -> task.startTag)
            .thenComparingLong(task -> task.number);

    /// Set when the task starts or is abandoned before it starts.
    final AtomicBoolean begun = new AtomicBoolean();

    /// Whether the thread that waits for the result was interrupted.
    volatile boolean unwanted;

    private final Priority priority;
    private final long startTag;
    private final long number;
    private final long since = System.nanoTime();

    Task(Priority priority, String owner, Work<T> work) {
      super(work::run);
      this.priority = priority;
      this.startTag = startTagsOf(priority).next(owner);
      this.number = submitted.getAndIncrement();
    }

    @Override
    public void run() {
      if (begun.compareAndSet(false, true)) {
        startTagsOf(priority).begun(startTag);
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

  /// Queues the work and waits for its result. An interrupt does not abort native code: file work
  /// ends at its next [#giveWay], and the caller's interrupt flag is restored.
  ///
  /// @throws UncheckedIOException wrapping an [EngineUnavailable] if the models fail
  <T> T run(Priority priority, Work<T> work) {
    return run(priority, NOBODY, work);
  }

  /// Like [#run(Priority, Work)].
  ///
  /// @param owner who shares the turns of this priority with other owners
  <T> T run(Priority priority, String owner, Work<T> work) {
    return reported(submit(priority, owner, work));
  }

  /// Like [#run] for a file, but for self-tests: a failure is thrown without being reported to
  /// `onFault`.
  <T> T check(Work<T> work) throws OrtException {
    return result(submit(Priority.FILE, NOBODY, work));
  }

  /// Like [#run], but abandons the work and returns empty if it has not started within `patience`.
  <T> Optional<T> runWithin(Duration patience, Priority priority, String owner, Work<T> work) {
    Task<T> task = submit(priority, owner, work);
    if (!ends(task, patience) && task.begun.compareAndSet(false, true)) {
      inference.remove(task);
      return Optional.empty();
    }
    return Optional.of(reported(task));
  }

  private StartTags startTagsOf(Priority priority) {
    return Objects.requireNonNull(startTags.get(priority));
  }

  private <T> Task<T> submit(Priority priority, String owner, Work<T> work) {
    Task<T> task = new Task<>(priority, owner, work);
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
      // Thrown again by the call that fetches the result.
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

  /// Runs the live work that is waiting, on the calling thread. Does nothing when called from live
  /// work. Only for work that this queue runs.
  ///
  /// @throws Cancelled if nobody waits for the file work any more
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

  /// Returns how long the oldest work of a priority, or a more urgent one, has waited; zero if none
  /// waits.
  Duration delay(Priority priority) {
    long now = System.nanoTime();
    long longest = 0;
    for (Runnable waiting : inference.getQueue()) {
      if (waiting instanceof Task<?> task && task.priority.compareTo(priority) <= 0) {
        longest = Math.max(longest, now - task.since);
      }
    }
    return Duration.ofNanos(longest);
  }

  /// Returns the number of tasks that have not started.
  int waiting() {
    return inference.getQueue().size();
  }

  @Override
  public void close() {
    inference.close();
  }
}
