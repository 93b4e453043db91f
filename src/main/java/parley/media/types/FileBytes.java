package parley.media.types;

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
        long left = Math.clamp(channel.size() - offset, 0, length);
        ByteBuffer bytes = ByteBuffer.allocate((int) left);
        channel.position(offset);
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
          // A channel may give less than is asked for.
        }
        return bytes.array();
      }
    };
  }
}
