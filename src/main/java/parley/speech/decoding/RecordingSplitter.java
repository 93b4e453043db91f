package parley.speech.decoding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds where recordings start in a file or stream of several in succession, in the formats of
/// which ffmpeg would read only the first one, or lose sound between two. Not thread-safe.
interface RecordingSplitter {
  /// What [#of] needs of the beginning, in bytes, if there is that much.
  int HEAD_BYTES = 64;

  /// The bytes up to the next place to look at.
  ///
  /// @param length at least 1; [Long#MAX_VALUE] if there is none
  /// @param begins whether a recording starts with the first of them
  record Step(long length, boolean begins) {}

  /// Takes a step from the buffer's position, which is unchanged; null if that needs more bytes.
  @Nullable Step next(ByteBuffer bytes);

  /// How many bytes a step is best given, if there are as many.
  int window();

  /// Returns the splitter for what begins with these bytes; empty if ffmpeg reads all of it.
  static Optional<RecordingSplitter> of(ByteBuffer head) {
    if (isWave(head)) {
      return Optional.of(new Waves());
    }
    if (name(head, 4).equals("ftyp")) {
      return Optional.of(new Movies());
    }
    if (name(head, 0).equals("OggS") && name(head, 29).equals("FLAC")) {
      return Optional.of(new OggChains());
    }
    return RecordingSignature.of(head).map(Signed::new);
  }

  static boolean isWave(ByteBuffer head) {
    return name(head, 0).equals("RIFF") && name(head, 8).equals("WAVE");
  }

  private static String name(ByteBuffer bytes, int at) {
    byte[] name = new byte[Math.clamp(bytes.remaining() - at, 0, 4)];
    if (name.length > 0) {
      // Even an empty read beyond the limit is out of bounds.
      bytes.get(bytes.position() + at, name);
    }
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  /// WAV: each header states its length.
  final class Waves implements RecordingSplitter {
    @Override
    public @Nullable Step next(ByteBuffer bytes) {
      if (!isWave(bytes)) {
        return new Step(Long.MAX_VALUE, false);
      }
      long length = Integer.reverseBytes(bytes.getInt(bytes.position() + 4)) & 0xFFFF_FFFFL;
      return new Step(8 + length + (length & 1), true);
    }

    @Override
    public int window() {
      return WavHeader.SIGNATURE_BYTES;
    }
  }

  /// ISO base media (MP4): each recording starts with an `ftyp` box.
  final class Movies implements RecordingSplitter {
    private static final int HEAD = 8;

    /// With a 64-bit size, which a size of 1 announces.
    private static final int LARGE_HEAD = 16;

    @Override
    public @Nullable Step next(ByteBuffer bytes) {
      if (bytes.remaining() < HEAD) {
        return null;
      }
      long length = bytes.getInt(bytes.position()) & 0xFFFF_FFFFL;
      if (length == 1) {
        if (bytes.remaining() < LARGE_HEAD) {
          return null;
        }
        length = bytes.getLong(bytes.position() + HEAD);
      }
      // A box without a length, or with an invalid one, extends to the end.
      return new Step(length < HEAD ? Long.MAX_VALUE : length, name(bytes, 4).equals("ftyp"));
    }

    @Override
    public int window() {
      return LARGE_HEAD;
    }
  }

  /// Ogg: the first pages of each chain are marked, one of each track.
  final class OggChains implements RecordingSplitter {
    private static final int HEAD = 27;
    private static final int MAX_SEGMENTS = 255;
    private static final int FLAGS = 5;
    private static final int FIRST_PAGE = 2;

    private boolean within;

    @Override
    public @Nullable Step next(ByteBuffer bytes) {
      if (bytes.remaining() < HEAD) {
        return null;
      }
      int at = bytes.position();
      int segments = bytes.get(at + HEAD - 1) & 0xFF;
      if (bytes.remaining() < HEAD + segments) {
        return null;
      }
      if (!name(bytes, 0).equals("OggS")) {
        return new Step(Long.MAX_VALUE, false);
      }
      int length = HEAD + segments;
      for (int i = 0; i < segments; i++) {
        length += bytes.get(at + HEAD + i) & 0xFF;
      }
      boolean first = (bytes.get(at + FLAGS) & FIRST_PAGE) != 0;
      boolean begins = first && !within;
      within = first;
      return new Step(length, begins);
    }

    @Override
    public int window() {
      return HEAD + MAX_SEGMENTS;
    }
  }

  /// Any format whose beginning cannot be mistaken for sound.
  record Signed(RecordingSignature signature) implements RecordingSplitter {
    @Override
    public @Nullable Step next(ByteBuffer bytes) {
      int at = bytes.position();
      boolean begins = signature.mayBeAt(bytes, at);
      if (begins && bytes.remaining() < signature.length()) {
        return null;
      }
      return new Step(signature.next(bytes, at + 1) - at, begins);
    }

    @Override
    public int window() {
      return 256 * 1024;
    }
  }
}
