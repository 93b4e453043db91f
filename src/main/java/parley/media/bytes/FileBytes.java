package parley.media.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The bytes of a file, wherever it is stored.
@FunctionalInterface
public interface FileBytes {
  /// The bytes from `offset` on: `length` of them, or as many as there are.
  byte[] read(long offset, int length) throws IOException;

  /// Those of a file on this machine.
  static FileBytes of(Path file) {
    return (offset, length) -> {
      try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.READ)) {
        return of(channel).read(offset, length);
      }
    };
  }

  /// Those of an open file, which stays open.
  static FileBytes of(SeekableByteChannel file) {
    return (offset, length) -> {
      ByteBuffer bytes =
          ByteBuffer.allocate((int) Math.clamp(file.size() - offset, 0, (long) length));
      file.position(offset);
      while (bytes.hasRemaining() && file.read(bytes) >= 0) {
        // A channel may give less than is asked for.
      }
      return bytes.array();
    };
  }
}
