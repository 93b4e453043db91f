package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.Comparator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Runs one piece of inference at a time: what is live first, then in the order in which they were
/// asked for. Each may use all threads of the sessions; several at once would only slow each other
/// down, and a recording of hours gives way after each piece. A platform thread of its own, since
/// native code would hold a virtual thread's carrier.
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
    /// Somebody listens at this moment.
    LIVE,
    /// A recording, which is there for as long as it takes.
    FILE
  }

  private final AtomicLong asked = new AtomicLong();

  private final ThreadPoolExecutor inference =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new PriorityBlockingQueue<>(),
          Thread.ofPlatform().name("speech-inference").daemon().factory());

  /// How urgent that is which runs now; for the inference thread alone.
  private @Nullable Urgency running;

  private static final class Turn<T> extends FutureTask<T> implements Comparable<Turn<?>> {
    private static final Comparator<Turn<?>> ORDER =
        Comparator.<Turn<?>, Urgency>comparing(turn -> turn.urgency)
            .thenComparingLong(turn -> turn.number);

    private final Urgency urgency;
    private final long number;

    Turn(Urgency urgency, long number, Work<T> work) {
      super(work::run);
      this.urgency = urgency;
      this.number = number;
    }

    @Override
    public int compareTo(Turn<?> other) {
      return ORDER.compare(this, other);
    }
  }

  /// Waits for the turn and for the work. An interrupt does not cut native code short: it is kept
  /// for the caller's next wait.
  <T> T take(Urgency urgency, Work<T> work) throws OrtException {
    Turn<T> turn = new Turn<>(urgency, asked.getAndIncrement(), () -> run(urgency, work));
    inference.execute(turn);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return turn.get();
        } catch (InterruptedException e) {
          interrupted = true;
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
  void giveWay() {
    while (running == Urgency.FILE
        && inference.getQueue().peek() instanceof Turn<?> next
        && next.urgency == Urgency.LIVE
        // Nobody else takes from the queue, since its only thread is here; more may be added.
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

  private <T> T run(Urgency urgency, Work<T> work) throws OrtException {
    Urgency interrupted = running;
    running = urgency;
    try {
      return work.run();
    } finally {
      running = interrupted;
    }
  }
}
