package parley.storage;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A blob as a local file, for programs that need a path. Closing it removes the copy if it is one.
public final class LocalFile implements AutoCloseable {
  private final Path path;
  private final @Nullable SpoolFile copy;

  LocalFile(Path path, @Nullable SpoolFile copy) {
    this.path = path;
    this.copy = copy;
  }

  /// The path, which must not be written to.
  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    if (copy != null) {
      copy.close();
    }
  }
}
