package parley.app;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// A part of the server that is opened on a thread of its own: for one that waits for other programs
/// meanwhile.
final class OpeningBeside<T> implements AutoCloseable {
  private final CloseStack opened = new CloseStack();
  private final FutureTask<T> opening;

  /// How a part is opened.
  @FunctionalInterface
  interface Opening<T> {
    /// @param opened closes whatever is added to it when the server stops, the last first
    T open(CloseStack opened) throws IOException;
  }

  private OpeningBeside(Opening<T> opening) {
    this.opening = new FutureTask<>(() -> opening.open(opened));
  }

  /// Begins to open it; the caller closes the result, whether that succeeds or not.
  static <T> OpeningBeside<T> begin(String name, Opening<T> opening) {
    OpeningBeside<T> beside = new OpeningBeside<>(opening);
    Thread.ofPlatform().daemon().name(name).start(beside.opening);
    return beside;
  }

  /// The part, once it is open.
  ///
  /// @throws IOException why it could not be opened
  T get() throws IOException {
    try {
      return opening.get();
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case IOException refused -> throw refused;
        case RuntimeException fault -> throw fault;
        case null, default -> throw new IllegalStateException(failed);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while a part was opened", stopped);
    }
  }

  /// Closes it, once it is open.
  @Override
  public void close() throws InterruptedException {
    try {
      opening.get();
    } catch (ExecutionException refused) {
      // Whoever asked for it has been told.
    }
    opened.close();
  }
}
