package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A run of a network on a thread of its own, beside those of the thread that started it. Moonshine
/// computes on one thread, and Whisper's decoder takes steps too short to keep several busy, so
/// that together they take less time than in turn.
///
/// Whoever starts one waits for its end, since a network must not lose the memory that it reads.
final class ConcurrentRun<T> {
  /// Not virtual threads: native code would pin their carriers. They are used again, since the C
  /// library gives each thread memory of its own.
  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("speech-second-opinion").factory());

  private final CompletableFuture<T> result = new CompletableFuture<>();

  private ConcurrentRun() {}

  static <T> ConcurrentRun<T> start(InferenceQueue.Work<T> work) {
    ConcurrentRun<T> run = new ConcurrentRun<>();
    THREADS.execute(() -> run.complete(work));
    return run;
  }

  private void complete(InferenceQueue.Work<T> work) {
    try {
      result.complete(work.run());
    } catch (OrtException | RuntimeException | Error e) {
      result.completeExceptionally(e);
    }
  }

  /// Waits for the result, also when interrupted.
  T result() throws OrtException {
    try {
      return result.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case OrtException failed -> throw failed;
        case RuntimeException failed -> throw failed;
        case Error failed -> throw failed;
        case null, default -> throw e;
      }
    }
  }

  /// Waits for the end; returns the result unless the run failed.
  Optional<T> outcome() {
    return result.handle((done, _) -> Optional.ofNullable(done)).join();
  }
}
