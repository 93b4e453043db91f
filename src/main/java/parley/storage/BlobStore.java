package parley.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Stores blobs, addressed by tenant and content. Stored objects are immutable. Thread-safe. All
/// methods throw [StorageUnavailable] when the store does not respond in time.
public interface BlobStore {
  /// Stores a copy of the file, durably once this returns. Does nothing if the key exists. The file
  /// remains the caller's.
  void put(BlobKey key, Path file) throws IOException;

  boolean exists(BlobKey key) throws IOException;

  /// Throws [NoSuchFileException] if the key does not exist, and [EOFException] if fewer bytes are
  /// stored.
  void require(BlobKey key, long bytes) throws IOException;

  /// The blob's path in a local store, which is read-only for callers; the file may not exist.
  /// Empty for remote stores, for which [Blobs#local] makes a copy.
  Optional<Path> file(BlobKey key) throws IOException;

  /// Opens `length` bytes from `offset` on. The caller closes the stream and need not read it to
  /// its end.
  ///
  /// @throws NoSuchFileException if the key does not exist
  /// @throws EOFException if fewer bytes are stored
  InputStream read(BlobKey key, long offset, long length) throws IOException;

  /// Deletes the blob; does nothing if the key does not exist.
  void delete(BlobKey key) throws IOException;

  /// Deletes what interrupted calls of [#put] left behind for the key, but not the blob.
  void sweep(BlobKey key) throws IOException;

  /// A URL from which the store itself serves the blob for a limited time, without a token and with
  /// ranges. Empty if it cannot.
  Optional<StoreLink> link(BlobKey key, LinkHeaders headers, Duration valid);

  /// Throws an exception with a message for the operator when blobs cannot be stored and read now.
  void check() throws IOException;

  /// The unique name of this store; empty before [#identify].
  Optional<String> identity() throws IOException;

  /// Names the store. The name is copied or moved along with the store.
  void identify(String identity) throws IOException;
}
