package parley.speech.decoding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32;

/// The bytes with which recordings begin in formats that say nowhere that another recording may
/// follow.
enum RecordingSignature {
  AIFF("464F524D ........ 4149464."),
  CAF("63616666 0001.... 64657363"),
  W64("72696666 2E91CF11 A5D628DB 04C10000"),
  RF64("52463634 ........ 57415645"),
  RIFX("52494658 ........ 57415645"),
  FLV("464C5601 .. 00000009 00000000"),
  ASF("3026B275 8E66CF11 A6D900AA 0062CE6C"),
  VOC("43726561 74697665 20566F69 63652046 696C651A"),
  AMR("2321414D 520A"),
  AMR_WIDEBAND("2321414D 522D5742 0A"),

  /// An EBML header and its first element, the version, behind a size of one to eight bytes. ffmpeg
  /// reads two recordings in succession, but no third one.
  MATROSKA("1A45DFA3 ........ ........ ....") {
    private static final int SIZE = 4;
    private static final int VERSION = 0x8642;

    @Override
    boolean isConfirmed(ByteBuffer head) {
      int sizeBytes = Integer.numberOfLeadingZeros(head.get(SIZE) & 0xFF) - Byte.SIZE * 3 + 1;
      return sizeBytes <= Long.BYTES && head.getShort(SIZE + sizeBytes) == (short) VERSION;
    }
  },

  /// A block whose first sample is the first of all, of the first channels.
  WAVPACK("7776706B ........ ..0400.. ........ 00000000 ........ ........") {
    private static final int FLAGS = 24;
    private static final int FIRST_CHANNELS = 0x800;

    @Override
    boolean isConfirmed(ByteBuffer head) {
      return (head.getInt(FLAGS) & FIRST_CHANNELS) != 0;
    }
  },

  /// A header with its checksum.
  TTA("54544131 ........ ........ ........ ........ ....") {
    private static final int CHECKED = 18;

    @Override
    boolean isConfirmed(ByteBuffer head) {
      CRC32 sum = new CRC32();
      sum.update(head.slice(0, CHECKED));
      return head.getInt(CHECKED) == (int) sum.getValue();
    }
  };

  // Nobody changes them.
  @SuppressWarnings("ImmutableEnumChecker")
  private final byte[] bytes;

  @SuppressWarnings("ImmutableEnumChecker")
  private final byte[] mask;

  /// @param pattern hexadecimal, with dots for what may be anything, but not for the first byte
  RecordingSignature(String pattern) {
    String digits = pattern.replace(" ", "");
    this.bytes = HexFormat.of().parseHex(digits.replace('.', '0'));
    this.mask = HexFormat.of().parseHex(digits.replaceAll("[^.]", "F").replace('.', '0'));
  }

  /// Returns the signature with which these bytes begin.
  static Optional<RecordingSignature> of(ByteBuffer head) {
    return Arrays.stream(values())
        .filter(signature -> head.remaining() >= signature.length())
        .filter(signature -> signature.mayBeAt(head, head.position()))
        .findFirst();
  }

  int length() {
    return bytes.length;
  }

  /// Returns the first index from `from` on where the bytes match, as far as they go; the limit if
  /// there is none.
  int next(ByteBuffer all, int from) {
    byte first = bytes[0];
    int limit = all.limit();
    for (int at = from; at < limit; at++) {
      // Whole films are searched: no more than one comparison for nearly every byte.
      if (all.get(at) == first && mayBeAt(all, at)) {
        return at;
      }
    }
    return limit;
  }

  /// Whether the bytes at this index match, as far as they go.
  boolean mayBeAt(ByteBuffer all, int at) {
    int known = Math.min(bytes.length, all.limit() - at);
    for (int i = 0; i < known; i++) {
      if ((all.get(at + i) & mask[i]) != bytes[i]) {
        return false;
      }
    }
    return known < bytes.length
        || isConfirmed(all.slice(at, bytes.length).order(ByteOrder.LITTLE_ENDIAN));
  }

  /// Whether the rest of a head that matches the pattern is as it should be.
  boolean isConfirmed(ByteBuffer head) {
    return true;
  }
}
