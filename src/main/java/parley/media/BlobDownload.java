package parley.media;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import parley.storage.BlobKey;
import parley.storage.BlobStore;
import parley.web.Exchange;

/// Responds with bytes of stored objects.
record BlobDownload(BlobStore store) {
  /// Responds to GET or HEAD with `length` bytes of an object from `offset` on.
  ///
  /// @throws java.nio.file.NoSuchFileException if the object does not exist
  /// @throws java.io.EOFException if it is shorter than that
  void send(
      Exchange exchange, int status, String contentType, BlobKey key, long offset, long length)
      throws IOException {
    Optional<Path> file = store.file(key);
    if (file.isPresent()) {
      exchange.file(status, contentType, file.get(), offset, length);
      return;
    }
    if (exchange.method().equals("HEAD")) {
      // For GET, reading the object checks this.
      store.require(key, offset + length);
    }
    exchange.bytes(status, contentType, length, () -> store.read(key, offset, length));
  }
}
