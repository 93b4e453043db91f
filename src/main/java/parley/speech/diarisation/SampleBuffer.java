package parley.speech.diarisation;

import java.util.Arrays;
import java.util.List;

/// The latest part of a stream of samples.
final class SampleBuffer {
  private float[] samples = new float[SpeakerSegmentation.WINDOW];
  private long start;
  private int length;

  /// How many samples have come in all.
  long end() {
    return start + length;
  }

  void append(float[] more, int from, int count) {
    if (length + count > samples.length) {
      samples = Arrays.copyOf(samples, Math.max(length + count, samples.length * 3 / 2));
    }
    System.arraycopy(more, from, samples, length, count);
    length += count;
  }

  /// Samples from a position on, which is not forgotten; silence after the end.
  float[] copy(long from, int count) {
    float[] copy = new float[count];
    int available = (int) Math.min(count, end() - from);
    if (available > 0) {
      System.arraycopy(samples, (int) (from - start), copy, 0, available);
    }
    return copy;
  }

  /// The sound of some frames, one after the other.
  ///
  /// @param first the sample that frame 0 counts from
  float[] copy(List<FrameRange> ranges, long first) {
    float[] copy = new float[ranges.stream().mapToInt(range -> samples(range, first)).sum()];
    int to = 0;
    for (FrameRange range : ranges) {
      int count = samples(range, first);
      int from = (int) (first + Activity.sample(range.start()) - start);
      System.arraycopy(samples, from, copy, to, count);
      to += count;
    }
    return copy;
  }

  private int samples(FrameRange range, long first) {
    long until = Math.min(end(), first + Activity.sample(range.end()));
    return (int) Math.max(0, until - first - Activity.sample(range.start()));
  }

  /// Drops what lies before a position, at the latest when it is a quarter of the memory taken.
  void forgetBefore(long position) {
    int forgotten = (int) Math.min(length, position - start);
    if (forgotten > samples.length / 4) {
      System.arraycopy(samples, forgotten, samples, 0, length - forgotten);
      start += forgotten;
      length -= forgotten;
    }
  }
}
