package parley.media.pictures;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import parley.media.bytes.Bytes;

/// GIF (CompuServe's specification of 1990): the logical screen or, if it is empty, the first
/// frame, as in all viewers.
final class GifHeader {
  private static final int SCREEN = 6;
  private static final int FIRST_BLOCK = 13;
  private static final int FRAME = 0x2c;
  private static final int EXTENSION = 0x21;
  private static final int MAX_BLOCKS = 10_000;

  private GifHeader() {}

  static @Nullable PictureHeader read(Bytes source) {
    long width = source.little16(SCREEN);
    long height = source.little16(SCREEN + 2);
    if (!hasScreen(source)) {
      long frame = firstFrame(source);
      width = frame < 0 ? 0 : source.little16(frame + 1) + (long) source.little16(frame + 5);
      height = frame < 0 ? 0 : source.little16(frame + 3) + (long) source.little16(frame + 7);
      if (width > 0xffff || height > 0xffff) {
        return null;
      }
    }
    return PictureHeader.of(PictureFormat.GIF, width, height, Orientation.UPRIGHT, true, true);
  }

  /// The position of the first frame's descriptor, or -1.
  private static long firstFrame(Bytes source) {
    int flags = source.unsigned8(SCREEN + 4);
    long at = FIRST_BLOCK + ((flags & 0x80) == 0 ? 0 : 3L << ((flags & 7) + 1));
    for (int blocks = 0; blocks < MAX_BLOCKS && at < source.length(); blocks++) {
      int kind = source.unsigned8(at);
      if (kind == FRAME) {
        return at;
      } else if (kind != EXTENSION) {
        return -1;
      }
      at += 2;
      for (int length = source.unsigned8(at);
          length > 0 && blocks < MAX_BLOCKS;
          length = source.unsigned8(at)) {
        at += 1 + length;
        blocks++;
      }
      at++;
    }
    return -1;
  }

  /// Whether the logical screen is not empty.
  static boolean hasScreen(Bytes source) {
    return source.little16(SCREEN) > 0 && source.little16(SCREEN + 2) > 0;
  }

  /// Copies a file with the header's dimensions as its logical screen.
  static Path withScreen(Path file, PictureHeader header, Path copy) throws IOException {
    Files.copy(file, copy);
    ByteBuffer screen = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    screen.putShort((short) header.storedWidth()).putShort((short) header.storedHeight()).flip();
    try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
      channel.write(screen, SCREEN);
    }
    return copy;
  }
}
