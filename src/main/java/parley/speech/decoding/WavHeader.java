package parley.speech.decoding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Parses and writes WAV headers.
public final class WavHeader {
  /// Length of `RIFF`, a size and `WAVE`. Some recorders write other chunks before `fmt `.
  static final int SIGNATURE_BYTES = 12;

  private static final byte[] SIGNATURE = "RIFF....WAVE".getBytes(StandardCharsets.US_ASCII);
  private static final int EXTENSIBLE = 0xFFFE;

  /// Length of a header that [#ofSamples] writes.
  public static final int WRITTEN_BYTES = 44;

  private WavHeader() {}

  /// The header of one channel of 16-bit samples.
  ///
  /// @param soundBytes length of the samples that follow
  public static byte[] ofSamples(int rate, long soundBytes) {
    return ByteBuffer.allocate(WRITTEN_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("RIFF".getBytes(StandardCharsets.US_ASCII))
        .putInt((int) (WRITTEN_BYTES - 8 + soundBytes))
        .put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII))
        .putInt(16)
        .putShort((short) 1)
        .putShort((short) 1)
        .putInt(rate)
        .putInt(rate * Short.BYTES)
        .putShort((short) Short.BYTES)
        .putShort((short) Short.SIZE)
        .put("data".getBytes(StandardCharsets.US_ASCII))
        .putInt((int) soundBytes)
        .array();
  }

  /// Returns where the next header starts, or −1.
  static int nextHeader(ByteBuffer all) {
    for (int at = all.position(); at + SIGNATURE_BYTES <= all.limit(); at++) {
      if (all.get(at) == 'R' && isSignature(all, at)) {
        return at;
      }
    }
    return -1;
  }

  /// Whether this may be a WAV, as far as the bytes go.
  static boolean isRiff(ByteBuffer all) {
    return isSignature(all, 0);
  }

  /// Whether the bytes there match `RIFF`, any size and `WAVE`, as far as they go.
  static boolean isSignature(ByteBuffer all, int from) {
    for (int i = 0; i < SIGNATURE_BYTES && from + i < all.limit(); i++) {
      if ((i < 4 || i >= 8) && all.get(from + i) != SIGNATURE[i]) {
        return false;
      }
    }
    return true;
  }

  /// Reads the next four bytes, a chunk's name.
  static String name(ByteBuffer from) {
    byte[] name = new byte[4];
    from.get(name);
    return new String(name, StandardCharsets.US_ASCII);
  }

  /// Returns the format in a `fmt ` chunk; empty if unsupported.
  static Optional<PcmFormat> format(ByteBuffer from) {
    int tag = from.getShort() & 0xFFFF;
    int channels = from.getShort() & 0xFFFF;
    int rate = from.getInt();
    from.position(14);
    int bits = from.getShort() & 0xFFFF;
    if (tag == EXTENSIBLE && from.limit() >= 26) {
      // The first two bytes of the format's GUID are the tag.
      tag = from.getShort(24) & 0xFFFF;
    }
    return PcmFormat.isPossible(rate, channels)
        ? PcmFormat.Encoding.ofWav(tag, bits)
            .map(encoding -> new PcmFormat(encoding, rate, channels))
        : Optional.empty();
  }
}
