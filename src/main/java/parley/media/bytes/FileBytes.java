package parley.media.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Random access to a file in any store.
@FunctionalInterface
public interface FileBytes {
  /// Reads up to `length` bytes from `offset` on; fewer only at the end of the file.
  byte[] read(long offset, int length) throws IOException;

  /// A local file, which is opened for each read.
  static FileBytes of(Path file) {
    return (offset, length) -> {
      try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.READ)) {
        return of(channel).read(offset, length);
      }
    };
  }

  /// An open file, which the caller closes.
  static FileBytes of(SeekableByteChannel file) {
    return (offset, length) -> {
      ByteBuffer bytes =
          ByteBuffer.allocate((int) Math.clamp(file.size() - offset, 0, (long) length));
      file.position(offset);
      while (bytes.hasRemaining() && file.read(bytes) >= 0) {
        // A channel may return fewer bytes than requested.
      }
      return bytes.array();
    };
  }
}
