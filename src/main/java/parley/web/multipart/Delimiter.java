package parley.web.multipart;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Finds `CR LF -- boundary` in large buffers.
///
/// Boyer, Moore and Horspool: look at the byte where the delimiter would end and, when it cannot
/// stand there, jump by up to the delimiter's length; so ordinary content costs one look every 20
/// to 70 bytes. No content makes it slower than one step a byte: a delimiter has its only CR at its
/// start, hence after a comparison that failed at byte k none of those k bytes can begin another.
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

  /// The first place in `buffer[from, to)` where a whole delimiter begins, or -1.
  int find(byte[] buffer, int from, int to) {
    int length = bytes.length;
    int ahead = length - 1;
    int at = from;
    while (at + ahead < to) {
      byte end = buffer[at + ahead];
      int jump = skip[end & 0xff];
      // The usual case as a branch of its own: the next look then need not wait for this one.
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

  /// The first place in `buffer[from, to)` from which on everything up to `to` is how a delimiter
  /// begins, or `to` when the end of the buffer cannot be the beginning of one.
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
