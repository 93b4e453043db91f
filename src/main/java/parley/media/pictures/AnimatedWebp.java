package parley.media.pictures;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.media.bytes.Bytes;
import parley.media.bytes.FileBytes;

/// Extracts the first frame of an animated WebP (RFC 9649 section 2.7.1).
final class AnimatedWebp {
  private static final int MAX_CHUNKS = 1000;

  /// The position, size, duration and flags at the start of a frame's chunk.
  private static final int FRAME_HEADER_BYTES = 16;

  private static final int ALPHA = 0x10;

  /// No legitimate frame is larger. The frame is held in memory.
  private static final long MAX_FRAME_BYTES = 32L << 20;

  private AnimatedWebp() {}

  /// A frame and its position on the canvas in pixels.
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

    /// Whether the frame's own header has the same dimensions.
    boolean measuresAs(PictureHeader header) {
      return header.storedWidth() == width && header.storedHeight() == height;
    }
  }

  /// The first frame; empty if there is none.
  static Optional<Frame> firstFrame(Path file) throws IOException {
    Optional<Found> found = PictureHeader.read(file, AnimatedWebp::find);
    return found.isEmpty() ? Optional.empty() : Optional.of(wrapped(file, found.get()));
  }

  /// @param content the position of the frame's own chunks
  private record Found(
      long content, int length, int left, int top, int width, int height, boolean alpha) {}

  private static @Nullable Found find(Bytes source) {
    long at = 12;
    for (int chunks = 0; chunks < MAX_CHUNKS && at < source.length(); chunks++) {
      long length = source.little32(at + 4);
      if (source.has(at, "ANMF")) {
        long frame = at + 8;
        long content = length - FRAME_HEADER_BYTES;
        boolean whole = content > 0 && frame + length <= source.length();
        return whole && content <= MAX_FRAME_BYTES
            ? new Found(
                frame + FRAME_HEADER_BYTES,
                (int) content,
                2 * source.little24(frame),
                2 * source.little24(frame + 3),
                source.little24(frame + 6) + 1,
                source.little24(frame + 9) + 1,
                source.has(frame + FRAME_HEADER_BYTES, "ALPH"))
            : null;
      }
      at += 8 + length + (length & 1);
    }
    return null;
  }

  private static Frame wrapped(Path file, Found found) throws IOException {
    ByteBuffer result = ByteBuffer.allocate(30 + found.length).order(ByteOrder.LITTLE_ENDIAN);
    result.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(22 + found.length);
    result.put("WEBPVP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10);
    result.putInt(found.alpha ? ALPHA : 0);
    put24(result, found.width - 1);
    put24(result, found.height - 1);
    result.put(FileBytes.of(file).read(found.content, found.length));
    return new Frame(found.left, found.top, found.width, found.height, result.array());
  }

  private static void put24(ByteBuffer target, int value) {
    target.putShort((short) value).put((byte) (value >> 16));
  }
}
