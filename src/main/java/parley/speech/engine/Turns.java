package parley.speech.engine;

import ai.onnxruntime.OrtException;
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

/// Runs inference piece by piece: the most urgent first, among equals in the order in which they
/// were asked for; a recording of hours gives way after each piece. Platform threads of its own,
/// since native code would hold a virtual thread's carrier.
///
/// A piece of a file takes seconds, which is too long for a caption to wait. So file work calls
/// [#giveWay] wherever it can pause, and what is live runs there, in its midst. Live work must
/// therefore share nothing with file work that either changes while it runs; loaded models can be
/// shared.
final class Turns implements AutoCloseable {
  /// Something to compute.
  interface Work<T> {
    T run() throws OrtException;
  }

  /// Who waits for the result.
  enum Urgency {
    /// Somebody has just said it, and this is its final text.
    FINAL,
    /// Somebody is saying it, and this is a guess.
    GUESS,
    /// A recording, which is there for as long as it takes.
    FILE;

    boolean isLive() {
      return this != FILE;
    }
  }

  private final AtomicLong asked = new AtomicLong();

  private final ThreadPoolExecutor inference;

  /// The turn that this thread runs now. The threads are this object's own.
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<@Nullable Turn<?>> running = new ThreadLocal<>();

  /// @param name of the threads
  /// @param threads how many turns are taken at a time
  Turns(String name, int threads) {
    this.inference =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new PriorityBlockingQueue<>(),
            Thread.ofPlatform().name(name).daemon().factory());
  }

  private final class Turn<T> extends FutureTask<T> implements Comparable<Turn<?>> {
    private static final Comparator<Turn<?>> ORDER =
        Comparator.<Turn<?>, Urgency>comparing(turn -> turn.urgency)
            .thenComparingLong(turn -> turn.number);

    /// Begun, or given up before.
    final AtomicBoolean begun = new AtomicBoolean();

    /// Whether whoever waits for it was interrupted.
    volatile boolean unwanted;

    private final Urgency urgency;
    private final long number;

    Turn(Urgency urgency, long number, Work<T> work) {
      super(work::run);
      this.urgency = urgency;
      this.number = number;
    }

    @Override
    public void run() {
      if (begun.compareAndSet(false, true)) {
        Turn<?> interrupted = running.get();
        running.set(this);
        try {
          super.run();
        } finally {
          running.set(interrupted);
        }
      }
    }

    @Override
    public int compareTo(Turn<?> other) {
      return ORDER.compare(this, other);
    }
  }

  /// Waits for the turn and for the work. An interrupt does not cut native code short: it ends file
  /// work at its next [#giveWay], and is kept for the caller's next wait.
  <T> T take(Urgency urgency, Work<T> work) throws OrtException {
    Turn<T> turn = ask(urgency, work);
    return result(turn);
  }

  /// As [#take], unless the turn has not come within `patience`: then it is given up.
  <T> Optional<T> takeWithin(Duration patience, Urgency urgency, Work<T> work) throws OrtException {
    Turn<T> turn = ask(urgency, work);
    if (!ends(turn, patience) && turn.begun.compareAndSet(false, true)) {
      inference.remove(turn);
      return Optional.empty();
    }
    return Optional.of(result(turn));
  }

  private <T> Turn<T> ask(Urgency urgency, Work<T> work) {
    Turn<T> turn = new Turn<>(urgency, asked.getAndIncrement(), work);
    inference.execute(turn);
    return turn;
  }

  private static boolean ends(FutureTask<?> turn, Duration patience) {
    try {
      turn.get(patience.toNanos(), TimeUnit.NANOSECONDS);
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

  private static <T> T result(Turn<T> turn) throws OrtException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return turn.get();
        } catch (InterruptedException e) {
          interrupted = true;
          turn.unwanted = true;
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
  /// it does nothing. Only for work that runs in a turn.
  ///
  /// @throws Cancelled when nobody wants the file work any more
  void giveWay() {
    Turn<?> current = running.get();
    if (current == null || current.urgency.isLive()) {
      return;
    }
    if (current.unwanted) {
      throw new Cancelled();
    }
    while (inference.getQueue().peek() instanceof Turn<?> next
        && next.urgency.isLive()
        && inference.getQueue().remove(next)) {
      next.run();
    }
  }

  /// How many turns have been asked for and not begun.
  int waiting() {
    return inference.getQueue().size();
  }

  @Override
  public void close() {
    inference.close();
  }
}
