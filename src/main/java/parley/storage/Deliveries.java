package parley.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// A place beside the blobs where another program leaves files for this server. Names are relative
/// and have slashes between their parts. Throws [StorageUnavailable] when the place does not answer
/// in time.
public interface Deliveries {
  /// A file that was left.
  ///
  /// @param size bytes
  /// @param whole whether it is certain that nothing more is being written to it
  record Delivery(long size, boolean whole) {}

  /// Sees whether files can be found there, and removed.
  ///
  /// @throws IOException with a message for the operator when they cannot
  void check() throws IOException;

  /// Sees to it that the other program can leave a file of this name and this server remove it.
  ///
  /// @throws IOException as [#check]
  void prepare(String name) throws IOException;

  /// Whether a file is found while it is still being written.
  boolean showsUnfinished();

  /// Empty when there is no such file.
  Optional<Delivery> find(String name) throws IOException;

  /// Its bytes; the caller closes them. Throws [java.nio.file.NoSuchFileException] when it is not
  /// there.
  InputStream read(String name, long size) throws IOException;

  /// Removes it; does nothing when it is not there.
  void remove(String name) throws IOException;
}
