package parley.media.pictures;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;

/// A file as the header readers see it: bytes at any place, of which beyond the end there are only
/// zeroes. It holds one small window of the file, and after moving that a thousand times it has
/// nothing but zeroes either: so no file, however it is made, costs more than 8 MiB of reading.
final class PictureSource {
  private static final int WINDOW_BYTES = 8 * 1024;
  private static final int MOST_MOVES = 1024;

  private final SeekableByteChannel file;
  private final long size;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
  private long windowStart;
  private int moves;

  PictureSource(SeekableByteChannel file) throws IOException {
    this.file = file;
    this.size = file.size();
  }

  long size() {
    return size;
  }

  int unsigned8(long at) throws IOException {
    if (at < windowStart || at >= windowStart + window.limit()) {
      if (at < 0 || at >= size || !moveTo(at)) {
        return 0;
      }
    }
    return window.get((int) (at - windowStart)) & 0xff;
  }

  private boolean moveTo(long at) throws IOException {
    window.clear().limit(0);
    if (++moves > MOST_MOVES) {
      return false;
    }
    file.position(at);
    window.clear();
    while (window.hasRemaining() && file.read(window) >= 0) {
      // A channel may give less than is asked for.
    }
    window.flip();
    windowStart = at;
    return window.hasRemaining();
  }

  int unsigned16(long at) throws IOException {
    return unsigned8(at) << 8 | unsigned8(at + 1);
  }

  int unsigned24(long at) throws IOException {
    return unsigned16(at) << 8 | unsigned8(at + 2);
  }

  long unsigned32(long at) throws IOException {
    return (long) unsigned16(at) << 16 | unsigned16(at + 2);
  }

  /// Eight bytes; what exceeds a signed number is as good as endless.
  long unsigned64(long at) throws IOException {
    long value = unsigned32(at) << 32 | unsigned32(at + 4);
    return value < 0 ? Long.MAX_VALUE : value;
  }

  int little16(long at) throws IOException {
    return unsigned8(at) | unsigned8(at + 1) << 8;
  }

  int little24(long at) throws IOException {
    return little16(at) | unsigned8(at + 2) << 16;
  }

  long little32(long at) throws IOException {
    return little16(at) | (long) little16(at + 2) << 16;
  }

  /// Four bytes as characters: the name of a chunk or box.
  String name(long at) throws IOException {
    byte[] name = new byte[4];
    for (int i = 0; i < name.length; i++) {
      name[i] = (byte) unsigned8(at + i);
    }
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  /// Whether these bytes stand there; each character of the text is one byte.
  boolean has(long at, String latin1) throws IOException {
    for (int i = 0; i < latin1.length(); i++) {
      if (unsigned8(at + i) != latin1.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
