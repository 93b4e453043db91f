package parley.web.multipart;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Finds `CR LF -- boundary` in large buffers.
///
/// Uses the Boyer-Moore-Horspool algorithm: looks at the byte where the delimiter would end and, if
/// it does not match there, skips up to the delimiter's length. Ordinary content costs one look per
/// 20 to 70 bytes. The worst case is one step per byte: a delimiter's only CR is its first byte, so
/// if a comparison fails at byte k, none of the k bytes before can start another delimiter.
final class Delimiter {
  private final byte[] bytes;
  private final byte last;
  private final int[] skip = new int[256];

  Delimiter(String boundary) {
    this.bytes = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    this.last = bytes[bytes.length - 1];
    Arrays.fill(skip, bytes.length);
    for (int i = 0; i < bytes.length - 1; i++) {
      skip[bytes[i] & 0xff] = bytes.length - 1 - i;
    }
  }

  int length() {
    return bytes.length;
  }

  /// The index in `buffer[from, to)` of the first whole delimiter, or -1.
  int find(byte[] buffer, int from, int to) {
    int length = bytes.length;
    int ahead = length - 1;
    int at = from;
    while (at + ahead < to) {
      byte end = buffer[at + ahead];
      int jump = skip[end & 0xff];
      // A separate branch for the usual case, so that the next look need not wait for this one.
      if (jump == length && end != last) {
        at += length;
        continue;
      }
      int matched = 0;
      if (end == last) {
        matched = matched(buffer, at, ahead);
        if (matched == ahead) {
          return at;
        }
      }
      at += Math.max(jump, matched);
    }
    return -1;
  }

  /// The index in `buffer[from, to)` from which everything up to `to` could be the beginning of a
  /// delimiter; `to` if there is none.
  int findBeginning(byte[] buffer, int from, int to) {
    int at = Math.max(from, to - bytes.length + 1);
    while (at < to) {
      int matched = matched(buffer, at, to - at);
      if (matched == to - at) {
        return at;
      }
      at += Math.max(1, matched);
    }
    return to;
  }

  private int matched(byte[] buffer, int at, int most) {
    int matched = 0;
    while (matched < most && buffer[at + matched] == bytes[matched]) {
      matched++;
    }
    return matched;
  }
}
