package parley.media.bytes;

/// Walks the boxes of a file (ISO/IEC 14496-12 section 4.2). Each box has its size and name before
/// its content, which may consist of boxes.
public final class IsoBoxes {
  private final Bytes file;
  private final int maxBoxes;
  private int seen;

  /// @param maxBoxes the maximum number of boxes in all walks together
  public IsoBoxes(Bytes file, int maxBoxes) {
    this.file = file;
    this.maxBoxes = maxBoxes;
  }

  /// A box.
  ///
  /// @param content where its content begins
  /// @param end where it ends, at most where its parent does
  /// @param whole whether it does not claim to exceed its parent
  public record Box(String name, long content, long end, boolean whole) {}

  /// Receives the boxes in order.
  @FunctionalInterface
  public interface Visitor {
    /// Returns whether to continue with the next box.
    boolean visit(Box box);
  }

  /// Visits the boxes between two positions.
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
