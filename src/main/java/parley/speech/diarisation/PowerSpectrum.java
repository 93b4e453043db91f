package parley.speech.diarisation;

/// The power spectrum of up to [#LENGTH] samples: a complex transform of half the length over pairs
/// of samples, split into the spectrum of the real signal afterwards.
///
/// Not for several threads at once: it works in arrays of its own.
final class PowerSpectrum {
  static final int LENGTH = 512;

  /// From 0 to half the sample rate, both included.
  static final int BINS = LENGTH / 2 + 1;

  private static final int HALF = LENGTH / 2;
  private static final float[] COSINE = new float[LENGTH];
  private static final float[] SINE = new float[LENGTH];
  private static final int[] REVERSED = new int[HALF];

  static {
    for (int i = 0; i < LENGTH; i++) {
      COSINE[i] = (float) Math.cos(2 * Math.PI * i / LENGTH);
      SINE[i] = (float) -Math.sin(2 * Math.PI * i / LENGTH);
    }
    for (int i = 0; i < HALF; i++) {
      REVERSED[i] = Integer.reverse(i) >>> (Integer.SIZE - Integer.numberOfTrailingZeros(HALF));
    }
  }

  private final float[] real = new float[HALF];
  private final float[] imaginary = new float[HALF];
  private final float[] power = new float[BINS];

  /// The squared magnitudes of the [#BINS] frequencies; valid until the next call.
  ///
  /// @param samples at most [#LENGTH]; zeros are assumed after them
  float[] of(float[] samples) {
    for (int i = 0; i < HALF; i++) {
      int to = REVERSED[i];
      real[to] = 2 * i < samples.length ? samples[2 * i] : 0;
      imaginary[to] = 2 * i + 1 < samples.length ? samples[2 * i + 1] : 0;
    }
    for (int size = 2; size <= HALF; size *= 2) {
      butterflies(size);
    }
    for (int bin = 0; bin <= HALF; bin++) {
      int here = bin % HALF;
      int mirrored = (HALF - bin) % HALF;
      float evenReal = (real[here] + real[mirrored]) / 2;
      float evenImaginary = (imaginary[here] - imaginary[mirrored]) / 2;
      float oddReal = (imaginary[here] + imaginary[mirrored]) / 2;
      float oddImaginary = (real[mirrored] - real[here]) / 2;
      float re = evenReal + COSINE[bin] * oddReal - SINE[bin] * oddImaginary;
      float im = evenImaginary + COSINE[bin] * oddImaginary + SINE[bin] * oddReal;
      power[bin] = re * re + im * im;
    }
    return power;
  }

  private void butterflies(int size) {
    int step = LENGTH / size;
    for (int first = 0; first < HALF; first += size) {
      for (int k = 0; k < size / 2; k++) {
        int top = first + k;
        int bottom = top + size / 2;
        float cosine = COSINE[k * step];
        float sine = SINE[k * step];
        float re = real[bottom] * cosine - imaginary[bottom] * sine;
        float im = real[bottom] * sine + imaginary[bottom] * cosine;
        real[bottom] = real[top] - re;
        imaginary[bottom] = imaginary[top] - im;
        real[top] += re;
        imaginary[top] += im;
      }
    }
  }
}
