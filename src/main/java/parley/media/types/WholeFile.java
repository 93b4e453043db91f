package parley.media.types;

import java.io.IOException;
import java.io.UncheckedIOException;

/// A file of which only the head is held, and one small window into the rest: containers may say at
/// their end what is in them. After moving the window a few hundred times there is nothing more to
/// be seen, so that no file, however it is made, costs more than 2 MiB of reading.
final class WholeFile implements Bytes {
  private static final int WINDOW_BYTES = 8 * 1024;
  private static final int MAX_MOVES = 256;

  private final Head head;
  private final FileBytes rest;
  private final boolean beyond;
  private byte[] window = new byte[0];
  private long windowStart;
  private int moves;

  WholeFile(Head head, FileBytes rest) {
    this.head = head;
    this.rest = rest;
    this.beyond = head.length() >= MediaTypeDetector.HEAD_BYTES;
  }

  /// Not known beyond the head, where it is found out by reading.
  @Override
  public long length() {
    return beyond ? Long.MAX_VALUE / 2 : head.length();
  }

  /// Whether nothing stands there.
  boolean isEnd(long at) {
    return at >= head.length() && !isInWindow(at) && !moveTo(at);
  }

  @Override
  public int unsigned8(long at) {
    if (at < head.length()) {
      return head.unsigned8(at);
    }
    return isInWindow(at) || moveTo(at) ? window[(int) (at - windowStart)] & 0xff : 0;
  }

  private boolean isInWindow(long at) {
    return at >= windowStart && at < windowStart + window.length;
  }

  private boolean moveTo(long at) {
    if (!beyond || at < 0 || ++moves > MAX_MOVES) {
      return false;
    }
    try {
      window = rest.read(at, WINDOW_BYTES);
      windowStart = at;
      return window.length > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
