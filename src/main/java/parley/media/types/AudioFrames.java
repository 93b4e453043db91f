package parley.media.types;

import org.jspecify.annotations.Nullable;
import parley.media.bytes.Head;

/// Audio without a container: consecutive frames, optionally after an ID3 tag. Random data often
/// contains the four bytes of a frame header, so several consecutive frames are required.
final class AudioFrames {
  private static final int MIN_FRAMES = 3;

  /// Encoders may pad the beginning with a few zeroes.
  private static final int MAX_PADDING = 4096;

  /// kbit/s of MPEG 1 and of MPEG 2 by layer (ISO/IEC 11172-3 and 13818-3).
  private static final int[][] KILOBITS = {
    {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}
  };

  private static final int[] SAMPLE_RATES = {44_100, 48_000, 32_000};

  private AudioFrames() {}

  static @Nullable String type(Head head) {
    long at = 0;
    boolean tagged = head.startsWith("ID3") && head.unsigned8(3) < 0xff;
    if (tagged) {
      at = 10 + tagLength(head);
      if (at >= head.length()) {
        return "audio/mpeg"; // a cover picture fills all that is known
      }
    }
    if (head.has(at, "fLaC")) {
      return "audio/flac";
    }
    long start = at;
    while (at < head.length() && head.unsigned8(at) == 0 && at - start < MAX_PADDING) {
      at++;
    }
    if (follow(head, at, true)) {
      return "audio/aac";
    }
    return tagged || follow(head, at, false) ? "audio/mpeg" : null;
  }

  /// Four groups of seven bits (ID3v2, section 3.1).
  private static long tagLength(Head head) {
    return (long) (head.unsigned8(6) & 0x7f) << 21
        | (head.unsigned8(7) & 0x7f) << 14
        | (head.unsigned8(8) & 0x7f) << 7
        | (head.unsigned8(9) & 0x7f);
  }

  private static boolean follow(Head head, long from, boolean adts) {
    long at = from;
    for (int frames = 0; frames < MIN_FRAMES; frames++) {
      if (frames > 0 && at >= head.length()) {
        return frames > 1 || at == head.length();
      }
      long length = adts ? adtsLength(head, at) : mpegLength(head, at);
      if (length == 0) {
        return false;
      }
      at += length;
    }
    return true;
  }

  /// The length of an AAC frame in ADTS (ISO/IEC 13818-7 section 6.2); 0 if there is none here.
  private static long adtsLength(Head head, long at) {
    boolean header =
        head.unsigned8(at) == 0xff
            && (head.unsigned8(at + 1) & 0xf6) == 0xf0
            && (head.unsigned8(at + 2) >> 2 & 0xf) < 13;
    int length =
        (head.unsigned8(at + 3) & 3) << 11
            | head.unsigned8(at + 4) << 3
            | head.unsigned8(at + 5) >> 5;
    return header && length >= 7 ? length : 0;
  }

  /// The length of an MPEG audio frame; 0 if there is none here.
  private static long mpegLength(Head head, long at) {
    int second = head.unsigned8(at + 1);
    int third = head.unsigned8(at + 2);
    int version = second >> 3 & 3; // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
    int layer = 4 - (second >> 1 & 3);
    int bitRate = third >> 4;
    int sampleRate = third >> 2 & 3;
    boolean header = head.unsigned8(at) == 0xff && (second & 0xe0) == 0xe0;
    if (!header || version == 1 || layer == 4 || bitRate == 0 || bitRate == 15 || sampleRate == 3) {
      return 0;
    }
    boolean first = version == 3;
    int row = first ? layer - 1 : layer == 1 ? 3 : 4;
    int bits = KILOBITS[row][bitRate] * 1000;
    int rate = SAMPLE_RATES[sampleRate] >> (first ? 0 : version == 2 ? 1 : 2);
    int padding = third >> 1 & 1;
    if (layer == 1) {
      return (12L * bits / rate + padding) * 4;
    }
    return (layer == 3 && !first ? 72L : 144L) * bits / rate + padding;
  }
}
