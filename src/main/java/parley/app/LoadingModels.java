package parley.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The speech models of this node, which load while the server already answers. Work that needs
/// them waits for them.
final class LoadingModels implements AutoCloseable {
  /// Many times what loading takes, and less than what clients and proxies wait for an answer.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CompletableFuture<SpeechModels> loading;

  private LoadingModels(CompletableFuture<SpeechModels> loading) {
    this.loading = loading;
  }

  /// Begins to load; the caller closes the result.
  static LoadingModels begin(Callable<SpeechModels> source) {
    // Not in the common pool, where it would hold up the HTTP clients.
    return new LoadingModels(
        CompletableFuture.supplyAsync(
            () -> loaded(source), Thread.ofPlatform().daemon().name("models-", 0)::start));
  }

  private static SpeechModels loaded(Callable<SpeechModels> source) {
    try {
      return source.call();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new UncheckedIOException(
          new IOException("the speech models cannot be run: " + cause.getMessage(), e));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// The models, for work that needs them now.
  ///
  /// @throws UncheckedIOException of [ModelsLoading] when they are not loaded within half a minute;
  ///   or of what [#await] throws, when the server is about to end
  SpeechModels get() {
    try {
      return loading.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw new UncheckedIOException(new ModelsLoading());
    } catch (ExecutionException failed) {
      throw new UncheckedIOException(new ModelsLoading());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while the models were loading", stopped);
    }
  }

  /// Waits until the models are loaded, for as long as that takes.
  ///
  /// @throws IOException naming the model file that is missing or damaged
  SpeechModels await() throws IOException {
    try {
      return loading.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof UncheckedIOException unreadable) {
        throw unreadable.getCause();
      }
      throw failed;
    }
  }

  /// Whether the models are loaded.
  boolean areLoaded() {
    return loading.isDone() && !loading.isCompletedExceptionally();
  }

  /// Frees the models, once they are loaded.
  @Override
  public void close() {
    loading.thenAccept(SpeechModels::close).exceptionally(told -> null).join();
  }
}
