package parley.speech.decoding;

import java.util.Arrays;

/// Converts a stream to [AudioDecoder#SAMPLE_RATE] by windowed-sinc interpolation, which also
/// filters out frequencies above the new Nyquist limit.
final class Resampler implements SampleSink {
  /// Zero crossings of the sinc on each side; speech needs no steeper filter.
  private static final int CROSSINGS = 12;

  /// Positions between two samples for which the filter is precomputed.
  private static final int PHASES = 512;

  private final int from;
  private final SampleSink sink;
  private final int half;
  private final float[] filter;

  /// The latest samples; the first one is number `firstHeld`. The stream is preceded by silence.
  private float[] held;

  private int count;
  private long firstHeld;
  private long written;
  private float[] out = new float[4096];

  Resampler(int from, SampleSink sink) {
    this.from = from;
    this.sink = sink;
    double narrowing = Math.min(1, (double) AudioDecoder.SAMPLE_RATE / from);
    this.half = (int) Math.ceil(CROSSINGS / narrowing);
    this.filter = from == AudioDecoder.SAMPLE_RATE ? new float[0] : filter(half, narrowing);
    this.held = new float[8 * half];
    this.count = half;
    this.firstHeld = -half;
  }

  @Override
  public void take(float[] samples, int length) {
    if (from == AudioDecoder.SAMPLE_RATE) {
      if (length > 0) {
        sink.take(samples, length);
      }
      return;
    }
    if (count + length > held.length) {
      held = Arrays.copyOf(held, count + length);
    }
    System.arraycopy(samples, 0, held, count, length);
    count += length;
    interpolate();
  }

  /// Ends the stream: samples that still need right-hand neighbours get silence.
  void end() {
    if (from != AudioDecoder.SAMPLE_RATE) {
      take(new float[half], half);
    }
  }

  private void interpolate() {
    int made = 0;
    while (true) {
      // The position of the next output sample in the input, as a whole sample and a phase.
      long scaled = written * from;
      long whole = scaled / AudioDecoder.SAMPLE_RATE;
      long rest = scaled - whole * AudioDecoder.SAMPLE_RATE;
      int phase = (int) (rest * PHASES / AudioDecoder.SAMPLE_RATE);
      int first = (int) (whole - half + 1 - firstHeld);
      if (first + 2 * half > count) {
        break;
      }
      float sum = 0;
      int at = phase * 2 * half;
      for (int i = 0; i < 2 * half; i++) {
        sum += held[first + i] * filter[at + i];
      }
      if (made == out.length) {
        sink.take(out, made);
        made = 0;
      }
      out[made++] = sum;
      written++;
    }
    if (made > 0) {
      sink.take(out, made);
    }
    long next = written * from / AudioDecoder.SAMPLE_RATE - half;
    int passed = Math.clamp(next - firstHeld, 0, count);
    System.arraycopy(held, passed, held, 0, count - passed);
    count -= passed;
    firstHeld += passed;
  }

  /// Computes the weights of the neighbouring samples for each phase, from a Hann-windowed sinc.
  private static float[] filter(int half, double narrowing) {
    float[] filter = new float[PHASES * 2 * half];
    for (int phase = 0; phase < PHASES; phase++) {
      double sum = 0;
      for (int i = 0; i < 2 * half; i++) {
        double distance = i - half + 1 - (double) phase / PHASES;
        double angle = Math.PI * distance * narrowing;
        double sinc = Math.abs(angle) < 1e-9 ? 1 : Math.sin(angle) / angle;
        double window =
            Math.abs(distance) >= half ? 0 : 0.5 + 0.5 * Math.cos(Math.PI * distance / half);
        filter[phase * 2 * half + i] = (float) (sinc * window);
        sum += sinc * window;
      }
      for (int i = 0; i < 2 * half; i++) {
        filter[phase * 2 * half + i] /= (float) sum;
      }
    }
    return filter;
  }
}
