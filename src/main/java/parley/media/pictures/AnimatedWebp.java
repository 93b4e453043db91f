package parley.media.pictures;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Takes the first frame out of an animated WebP (RFC 9649 section 2.7.1).
final class AnimatedWebp {
  private static final int MOST_CHUNKS = 1000;

  /// Position, size, duration and flags at the start of a frame's chunk.
  private static final int FRAME_HEADER_BYTES = 16;

  private static final int ALPHA = 0x10;

  /// No sane frame is larger, and it is held in memory.
  private static final long LARGEST_FRAME_BYTES = 32L << 20;

  private AnimatedWebp() {}

  /// A frame, and its place on the canvas in pixels.
  ///
  /// @param file the frame as a file of its own
  record Frame(
      int left,
      int top,
      int width,
      int height,
      @SuppressWarnings("ArrayRecordComponent") byte[] file) {
    boolean isWithin(PictureHeader canvas) {
      return left + width <= canvas.storedWidth() && top + height <= canvas.storedHeight();
    }

    /// Whether that is what the frame itself says.
    boolean measuresAs(PictureHeader header) {
      return header.storedWidth() == width && header.storedHeight() == height;
    }
  }

  /// The first frame; null when there is none.
  static @Nullable Frame firstFrame(SeekableByteChannel file) throws IOException {
    PictureSource source = new PictureSource(file);
    long at = 12;
    for (int chunks = 0; chunks < MOST_CHUNKS && at < source.size(); chunks++) {
      long length = source.little32(at + 4);
      if (source.has(at, "ANMF")) {
        long content = length - FRAME_HEADER_BYTES;
        boolean whole = content > 0 && at + 8 + length <= source.size();
        return whole && content <= LARGEST_FRAME_BYTES
            ? wrapped(source, file, at + 8, (int) content)
            : null;
      }
      at += 8 + length + (length & 1);
    }
    return null;
  }

  private static Frame wrapped(
      PictureSource source, SeekableByteChannel file, long frame, int content) throws IOException {
    int width = source.little24(frame + 6) + 1;
    int height = source.little24(frame + 9) + 1;
    boolean alpha = source.has(frame + FRAME_HEADER_BYTES, "ALPH");
    ByteBuffer result = ByteBuffer.allocate(30 + content).order(ByteOrder.LITTLE_ENDIAN);
    result.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(22 + content);
    result.put("WEBPVP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10);
    result.putInt(alpha ? ALPHA : 0);
    put24(result, width - 1);
    put24(result, height - 1);
    file.position(frame + FRAME_HEADER_BYTES);
    while (result.hasRemaining() && file.read(result) >= 0) {
      // A channel may give less than is asked for.
    }
    return new Frame(
        2 * source.little24(frame), 2 * source.little24(frame + 3), width, height, result.array());
  }

  private static void put24(ByteBuffer target, int value) {
    target.putShort((short) value).put((byte) (value >> 16));
  }
}
