package parley.media.bytes;

import java.nio.charset.StandardCharsets;

/// Random access to bytes. Reading outside of them returns zeroes and never fails, so that format
/// rules need no bounds checks.
public interface Bytes {
  int unsigned8(long at);

  /// The number of known bytes.
  long length();

  /// Whether the position is at or after the end.
  default boolean isEnd(long at) {
    return at >= length();
  }

  default int unsigned16(long at) {
    return unsigned8(at) << 8 | unsigned8(at + 1);
  }

  default long unsigned32(long at) {
    return (long) unsigned16(at) << 16 | unsigned16(at + 2);
  }

  /// Eight bytes; Long.MAX_VALUE if they exceed it.
  default long unsigned64(long at) {
    long value = unsigned32(at) << 32 | unsigned32(at + 4);
    return value < 0 ? Long.MAX_VALUE : value;
  }

  default int little16(long at) {
    return unsigned8(at) | unsigned8(at + 1) << 8;
  }

  default int little24(long at) {
    return little16(at) | unsigned8(at + 2) << 16;
  }

  default long little32(long at) {
    return little16(at) | (long) little16(at + 2) << 16;
  }

  /// Whether these bytes are at the position; each character is one byte.
  default boolean has(long at, String latin1) {
    if (at < 0 || at + latin1.length() > length()) {
      return false;
    }
    for (int i = 0; i < latin1.length(); i++) {
      if (unsigned8(at + i) != latin1.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  default boolean startsWith(String latin1) {
    return has(0, latin1);
  }

  /// The bytes as characters, up to the end.
  default String latin1(long at, long length) {
    int count = Math.clamp(Math.min(length, length() - at), 0, 1 << 16);
    byte[] bytes = new byte[at < 0 ? 0 : count];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) unsigned8(at + i);
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
