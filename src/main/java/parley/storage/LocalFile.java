package parley.storage;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A content as a local file, for programs that read nothing else. Closing it removes the copy, if
/// it is one.
public final class LocalFile implements AutoCloseable {
  private final Path path;
  private final @Nullable SpoolFile copy;

  LocalFile(Path path, @Nullable SpoolFile copy) {
    this.path = path;
    this.copy = copy;
  }

  /// Where it is; to be read only.
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
