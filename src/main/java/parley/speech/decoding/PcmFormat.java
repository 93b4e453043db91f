package parley.speech.decoding;

import java.nio.ByteBuffer;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// How samples stand in bytes; the lowest byte of each first.
///
/// @param rate samples a second of each channel, 4,000 to 384,000
/// @param channels 1 to 16, side by side
public record PcmFormat(Encoding encoding, int rate, int channels) {
  /// How one sample is written.
  public enum Encoding {
    U8(1),
    S16(2),
    S24(3),
    S32(4),
    F32(4),
    F64(8),
    A_LAW(1),
    MU_LAW(1);

    private final int bytes;

    Encoding(int bytes) {
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }
  }

  public PcmFormat {
    if (rate < 4_000 || rate > 384_000) {
      throw new Problem(ProblemCode.VALIDATION, "'sample_rate' is a number from 4000 to 384000.")
          .at("sample_rate");
    }
    if (channels < 1 || channels > 16) {
      throw new Problem(ProblemCode.VALIDATION, "'channels' is a number from 1 to 16.")
          .at("channels");
    }
  }

  /// Bytes of one sample of all channels.
  int frameBytes() {
    return encoding.bytes * channels;
  }

  /// Reads one sample, −1 to 1.
  float read(ByteBuffer from) {
    float value =
        switch (encoding) {
          case U8 -> ((from.get() & 0xFF) - 128) / 128f;
          case S16 -> from.getShort() / 32_768f;
          case S24 ->
              ((from.get() & 0xFF) | (from.get() & 0xFF) << 8 | from.get() << 16) / 8_388_608f;
          case S32 -> from.getInt() / 0x1p31f;
          case F32 -> from.getFloat();
          case F64 -> (float) from.getDouble();
          case A_LAW -> aLaw(from.get());
          case MU_LAW -> muLaw(from.get());
        };
    // A broken float may be anything, and one NaN would spoil all that follows.
    return Float.isFinite(value) ? Math.clamp(value, -1f, 1f) : 0f;
  }

  /// ITU-T G.711, A-law.
  private static float aLaw(byte code) {
    int bits = code ^ 0x55;
    int exponent = (bits >> 4) & 0x07;
    int mantissa = ((bits & 0x0F) << 4) + 8;
    int magnitude = exponent == 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
    return ((bits & 0x80) != 0 ? magnitude : -magnitude) / 32_768f;
  }

  /// ITU-T G.711, µ-law.
  private static float muLaw(byte code) {
    int bits = ~code;
    int exponent = (bits >> 4) & 0x07;
    int magnitude = ((((bits & 0x0F) << 3) + 0x84) << exponent) - 0x84;
    return ((bits & 0x80) != 0 ? -magnitude : magnitude) / 32_768f;
  }
}
