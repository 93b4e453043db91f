package parley.speech.diarisation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Frames of [Activity] from `start` up to, not including, `end`.
record FrameRange(int start, int end) {
  int frames() {
    return end - start;
  }

  double seconds() {
    return frames() * Activity.FRAME_SECONDS;
  }

  /// The frames that are in any of the ranges, as few ranges in order.
  static List<FrameRange> union(List<FrameRange> ranges) {
    List<FrameRange> union = new ArrayList<>();
    for (FrameRange range :
        ranges.stream().sorted(Comparator.comparingInt(FrameRange::start)).toList()) {
      if (!union.isEmpty() && range.start() <= union.getLast().end()) {
        FrameRange before = union.removeLast();
        union.add(new FrameRange(before.start(), Math.max(before.end(), range.end())));
      } else {
        union.add(range);
      }
    }
    return union;
  }
}
