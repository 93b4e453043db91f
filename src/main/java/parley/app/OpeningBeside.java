package parley.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// A part of the server that is opened on a thread of its own: for one that waits for other
/// programs meanwhile.
final class OpeningBeside<T> implements AutoCloseable {
  private final CloseStack opened;
  private final CompletableFuture<T> opening;

  /// How a part is opened.
  @FunctionalInterface
  interface Opening<T> {
    /// Opens it and returns it ready for use.
    ///
    /// @param opened closes whatever is added to it when the server stops, the last first
    T open(CloseStack opened) throws IOException;
  }

  private OpeningBeside(CloseStack opened, CompletableFuture<T> opening) {
    this.opened = opened;
    this.opening = opening;
  }

  /// Begins to open it; the caller closes the result, whether that succeeds or not.
  static <T> OpeningBeside<T> begin(String name, Opening<T> opening) {
    CloseStack opened = new CloseStack();
    return new OpeningBeside<>(
        opened,
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return opening.open(opened);
              } catch (IOException refused) {
                throw new UncheckedIOException(refused);
              }
            },
            Thread.ofPlatform().daemon().name(name)::start));
  }

  /// The part, once it is open.
  ///
  /// @throws IOException why it could not be opened
  T get() throws IOException {
    try {
      return opening.join();
    } catch (CompletionException failed) {
      switch (failed.getCause()) {
        case UncheckedIOException refused -> throw refused.getCause();
        case RuntimeException fault -> throw fault;
        case null, default -> throw failed;
      }
    }
  }

  /// Closes it, once it is open.
  @Override
  public void close() {
    // Whoever asked for it has been told why it could not be opened.
    boolean _ = opening.handle((part, refused) -> refused == null).join();
    opened.close();
  }
}
