package parley.media.bytes;

/// The first bytes of a file.
public record Head(@SuppressWarnings("ArrayRecordComponent") byte[] bytes) implements Bytes {
  @Override
  public long length() {
    return bytes.length;
  }

  @Override
  public int unsigned8(long at) {
    return at >= 0 && at < bytes.length ? bytes[(int) at] & 0xff : 0;
  }

  /// The first position from `from` (inclusive) to `to` (exclusive) with these bytes, or -1.
  public int find(String latin1, int from, long to) {
    int end = (int) Math.min(to, bytes.length - latin1.length() + 1);
    for (int at = from; at < end; at++) {
      if (has(at, latin1)) {
        return at;
      }
    }
    return -1;
  }
}
