package parley.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Where bytes stay, addressed by tenant and content. A stored object never changes. All methods
/// may be called from many threads at once, and throw [StorageUnavailable] when the store does not
/// answer in time.
public interface BlobStore {
  /// Stores the file's content; it survives a power cut once this returns. Does nothing when the
  /// key is there already. The file itself stays and stays the caller's.
  void put(BlobKey key, Path file) throws IOException;

  boolean exists(BlobKey key) throws IOException;

  /// Throws [NoSuchFileException] when the key is not there.
  default void require(BlobKey key) throws IOException {
    if (!exists(key)) {
      throw new NoSuchFileException(key.path());
    }
  }

  /// The content as a local file, where this store has it as one; to be read only. Empty when the
  /// store is elsewhere: [Blobs#local] then makes a copy. That the file exists is not promised.
  Optional<Path> file(BlobKey key);

  /// `length` bytes from `offset` on; the caller closes the stream, at any point. Throws
  /// [NoSuchFileException] when the key is not there.
  InputStream read(BlobKey key, long offset, long length) throws IOException;

  /// Removes the content; does nothing when the key is not there.
  void delete(BlobKey key) throws IOException;

  /// Removes what a [#put] of the key that never ended has left; the content itself stays.
  void sweep(BlobKey key) throws IOException;

  /// An address at which the store itself gives the content out for a while, without a token and
  /// with ranges. Empty when it cannot.
  Optional<StoreLink> link(BlobKey key, LinkHeaders headers, Duration valid);

  /// Throws when contents cannot be stored and read now, with a message for the operator.
  void check() throws IOException;

  /// The name that tells this store from all others; empty when it was never given one.
  Optional<String> identity() throws IOException;

  /// Gives the store its name, which stays with it wherever it is copied or moved.
  void identify(String identity) throws IOException;
}
