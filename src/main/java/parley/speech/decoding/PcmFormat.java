package parley.speech.decoding;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import parley.problem.Problem;

/// A PCM format; little-endian.
///
/// @param rate samples per second and channel, 4,000 to 384,000
/// @param channels 1 to 16, interleaved
public record PcmFormat(Encoding encoding, int rate, int channels) {
  /// Below this, speech is unintelligible, and a small file could last for hours.
  static final int MIN_RATE = 4_000;

  static final int MAX_RATE = 384_000;

  static final int MAX_CHANNELS = 16;

  // `wFormatTag` in a WAV header (mmreg.h).
  private static final int WAV_PCM = 1;
  private static final int WAV_FLOAT = 3;
  private static final int WAV_A_LAW = 6;
  private static final int WAV_MU_LAW = 7;

  /// The encoding of one sample.
  public enum Encoding {
    U8(WAV_PCM, 1),
    S16(WAV_PCM, 2),
    S24(WAV_PCM, 3),
    S32(WAV_PCM, 4),
    F32(WAV_FLOAT, 4),
    F64(WAV_FLOAT, 8),
    A_LAW(WAV_A_LAW, 1),
    MU_LAW(WAV_MU_LAW, 1);

    private final int wavTag;
    private final int bytes;

    Encoding(int wavTag, int bytes) {
      this.wavTag = wavTag;
      this.bytes = bytes;
    }

    /// Returns the encoding that a WAV header names; empty if unsupported.
    static Optional<Encoding> ofWav(int tag, int bits) {
      return Arrays.stream(values())
          .filter(encoding -> encoding.wavTag == tag && encoding.bytes * 8 == bits)
          .findFirst();
    }

    int bytes() {
      return bytes;
    }
  }

  public PcmFormat {
    if (rate < MIN_RATE || rate > MAX_RATE) {
      throw Problem.invalid("sample_rate", "is a number from 4000 to 384000");
    }
    if (channels < 1 || channels > MAX_CHANNELS) {
      throw Problem.invalid("channels", "is a number from 1 to 16");
    }
  }

  static boolean isPossible(int rate, int channels) {
    return rate >= MIN_RATE && rate <= MAX_RATE && channels >= 1 && channels <= MAX_CHANNELS;
  }

  /// Returns the size of one sample of all channels, in bytes.
  public int frameBytes() {
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
    // A corrupt float may have any value, and a single NaN would spoil everything after it.
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
