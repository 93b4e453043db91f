package parley.media.bytes;

/// Walks the boxes that files are made of (ISO/IEC 14496-12 section 4.2): each has its size and its
/// name before its content, which may be boxes again.
public final class IsoBoxes {
  private final Bytes file;
  private final int maxBoxes;
  private int seen;

  /// @param maxBoxes how many are looked at in all walks together
  public IsoBoxes(Bytes file, int maxBoxes) {
    this.file = file;
    this.maxBoxes = maxBoxes;
  }

  /// One box.
  ///
  /// @param content where its content begins
  /// @param end where it ends, or what it is in does
  /// @param whole whether it does not claim to be longer than what it is in
  public record Box(String name, long content, long end, boolean whole) {}

  /// Looks at boxes as they come.
  @FunctionalInterface
  public interface Visitor {
    /// Answers whether those that follow it are looked at.
    boolean visit(Box box);
  }

  /// Visits the boxes that stand between two places, of which none needs to be a box.
  public void walk(long from, long to, Visitor visitor) {
    long at = from;
    while (at + 8 <= to && ++seen < maxBoxes && !file.isEnd(at)) {
      long size = file.unsigned32(at);
      long content = at + 8;
      if (size == 1) {
        size = file.unsigned64(at + 8);
        content = at + 16;
      } else if (size == 0) {
        size = to - at;
      }
      if (size < content - at) {
        return;
      }
      boolean whole = size <= to - at;
      Box box = new Box(file.latin1(at + 4, 4), content, whole ? at + size : to, whole);
      if (!visitor.visit(box)) {
        return;
      }
      at = box.end();
    }
  }
}
