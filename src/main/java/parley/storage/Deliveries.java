package parley.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// A folder or bucket in which another program leaves files for this server. Names are relative
/// paths with slashes. Methods throw [StorageUnavailable] when it does not respond in time.
public interface Deliveries {
  /// A file that another program left.
  ///
  /// @param size in bytes
  /// @param whole whether it is certainly complete
  record Delivery(long size, boolean whole) {}

  /// Checks that files can be found and removed.
  ///
  /// @throws IOException with a message for the operator when they cannot
  void check() throws IOException;

  /// Prepares the parent folders, so that the other program can leave a file of this name and this
  /// server can remove it.
  ///
  /// @throws IOException as [#check]
  void prepare(String name) throws IOException;

  /// Whether files are visible while they are being written.
  boolean showsUnfinished();

  /// Finds a file.
  Optional<Delivery> find(String name) throws IOException;

  /// Opens a file; the caller closes the stream.
  ///
  /// @throws java.nio.file.NoSuchFileException if it does not exist
  InputStream read(String name, long size) throws IOException;

  /// Removes a file; does nothing if it does not exist.
  void remove(String name) throws IOException;
}
