package parley.media.types;

import java.nio.charset.StandardCharsets;

/// The first bytes of a file. Reading beyond them gives zero and never fails, so that a rule need
/// not ask first.
record Head(@SuppressWarnings("ArrayRecordComponent") byte[] bytes) {

  int length() {
    return bytes.length;
  }

  int unsigned8(long at) {
    return at >= 0 && at < bytes.length ? bytes[(int) at] & 0xff : 0;
  }

  int unsigned16(long at) {
    return unsigned8(at) << 8 | unsigned8(at + 1);
  }

  long unsigned32(long at) {
    return (long) unsigned16(at) << 16 | unsigned16(at + 2);
  }

  /// Eight bytes; what exceeds a signed number is as good as endless.
  long unsigned64(long at) {
    long value = unsigned32(at) << 32 | unsigned32(at + 4);
    return value < 0 ? Long.MAX_VALUE : value;
  }

  int little16(long at) {
    return unsigned8(at) | unsigned8(at + 1) << 8;
  }

  long little32(long at) {
    return little16(at) | (long) little16(at + 2) << 16;
  }

  /// Whether these bytes stand at that place; each character of the text is one byte.
  boolean has(long at, String latin1) {
    if (at < 0 || at + latin1.length() > bytes.length) {
      return false;
    }
    for (int i = 0; i < latin1.length(); i++) {
      if (unsigned8(at + i) != latin1.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  boolean startsWith(String latin1) {
    return has(0, latin1);
  }

  /// The first place from `from` on and before `to` where these bytes begin, or -1.
  int find(String latin1, int from, int to) {
    int end = Math.min(to, bytes.length - latin1.length() + 1);
    for (int at = from; at < end; at++) {
      if (has(at, latin1)) {
        return at;
      }
    }
    return -1;
  }

  /// Bytes as characters, cut at the end of what is known.
  String latin1(long at, long length) {
    if (at < 0 || at >= bytes.length || length <= 0) {
      return "";
    }
    int count = (int) Math.min(length, bytes.length - at);
    return new String(bytes, (int) at, count, StandardCharsets.ISO_8859_1);
  }
}
