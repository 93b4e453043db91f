package parley.media.pictures;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.media.bytes.Bytes;

/// Extracts the first frame of an animated WebP (RFC 9649 section 2.7.1).
final class AnimatedWebp {
  private static final int MAX_CHUNKS = 1000;

  /// The position, size, duration and flags at the start of a frame's chunk.
  private static final int FRAME_HEADER_BYTES = 16;

  private static final int ALPHA = 0x10;

  /// RIFF's header, and the chunk that says how large the frame is.
  private static final int HEADER_BYTES = 30;

  /// No legitimate frame is larger.
  private static final long MAX_FRAME_BYTES = 32L << 20;

  private AnimatedWebp() {}

  /// A frame and its position on the canvas in pixels.
  ///
  /// @param content the position of the frame's own chunks
  /// @param length of these chunks
  record Frame(int left, int top, int width, int height, long content, int length, boolean alpha) {
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
    return PictureHeader.read(file, AnimatedWebp::find);
  }

  private static @Nullable Frame find(Bytes source) {
    long at = 12;
    for (int chunks = 0; chunks < MAX_CHUNKS && at < source.length(); chunks++) {
      long length = source.little32(at + 4);
      if (source.has(at, "ANMF")) {
        long frame = at + 8;
        long content = length - FRAME_HEADER_BYTES;
        boolean whole = content > 0 && frame + length <= source.length();
        return whole && content <= MAX_FRAME_BYTES
            ? new Frame(
                2 * source.little24(frame),
                2 * source.little24(frame + 3),
                source.little24(frame + 6) + 1,
                source.little24(frame + 9) + 1,
                frame + FRAME_HEADER_BYTES,
                (int) content,
                source.has(frame + FRAME_HEADER_BYTES, "ALPH"))
            : null;
      }
      at += 8 + length + (length & 1);
    }
    return null;
  }

  /// Writes a frame of `file` as a file of its own. Not through the heap: all workers together
  /// could fill it.
  static void copy(Frame frame, Path file, Path copy) throws IOException {
    try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
        FileChannel to =
            FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer header = header(frame);
      while (header.hasRemaining()) {
        to.write(header);
      }
      long end = frame.content + frame.length;
      long at = frame.content;
      while (at < end) {
        long copied = from.transferTo(at, end - at, to);
        if (copied <= 0) {
          throw new EOFException(file + " ends within a frame");
        }
        at += copied;
      }
    }
  }

  private static ByteBuffer header(Frame frame) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header
        .put("RIFF".getBytes(StandardCharsets.US_ASCII))
        .putInt(HEADER_BYTES - 8 + frame.length)
        .put("WEBPVP8X".getBytes(StandardCharsets.US_ASCII))
        .putInt(10)
        .putInt(frame.alpha ? ALPHA : 0);
    put24(header, frame.width - 1);
    put24(header, frame.height - 1);
    return header.flip();
  }

  private static void put24(ByteBuffer target, int value) {
    target.putShort((short) value).put((byte) (value >> 16));
  }
}
