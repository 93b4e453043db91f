package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs one piece of inference at a time, in the order in which they were asked for. Each may use
/// all threads of the sessions; several at once would only slow each other down, and a recording of
/// hours gives way after each piece. A platform thread of its own, since native code would hold a
/// virtual thread's carrier.
final class Turns implements AutoCloseable {
  /// Something to compute.
  interface Work<T> {
    T run() throws OrtException;
  }

  private final ExecutorService inference =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("speech-inference").daemon().factory());

  /// Waits for the turn and for the work. An interrupt does not cut native code short: it is kept
  /// for the caller's next wait.
  <T> T take(Work<T> work) throws OrtException {
    Future<T> result = inference.submit(work::run);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
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

  @Override
  public void close() {
    inference.close();
  }
}
