package parley.speech.diarisation;

/// Kaldi's logarithmic mel filter bank as CAM++ was trained on it: 25 ms windows every 10 ms, mean
/// removed, pre-emphasis 0.97, Povey window, power spectrum of 512 points, 80 triangles from 20 to
/// 8,000 Hz, natural logarithm; no dither. As in `feature-fbank.cc` and `feature-window.cc` of
/// https://github.com/kaldi-asr/kaldi, on samples from −1 to 1.
///
/// Not for several threads at once: it works in arrays of its own.
final class FilterBank {
  static final int BANDS = 80;

  /// Samples from one frame to the next.
  static final int HOP = 160;

  /// Samples that a frame sees.
  static final int WINDOW = 400;

  private static final float PRE_EMPHASIS = 0.97f;

  /// `FLT_EPSILON`, below which Kaldi takes no logarithm.
  private static final float FLOOR = 1.1920929e-7f;

  private static final float[] POVEY = povey();
  private static final float[][] FILTERS = new float[BANDS][];
  private static final int[] FILTER_START = new int[BANDS];

  static {
    buildFilters();
  }

  private final PowerSpectrum spectrum = new PowerSpectrum();
  private final float[] window = new float[WINDOW];

  /// How many frames a sound of so many samples has; windows that stick out are left out.
  static int frames(int samples) {
    return samples < WINDOW ? 0 : 1 + (samples - WINDOW) / HOP;
  }

  /// The centre of a band in hertz.
  static double centreOf(int band) {
    return 700 * (Math.exp(edge(band + 1) / 1127) - 1);
  }

  /// Computes the frames of a sound, one after the other, [#BANDS] numbers each.
  float[] of(float[] samples) {
    int frames = frames(samples.length);
    float[] features = new float[frames * BANDS];
    for (int frame = 0; frame < frames; frame++) {
      frame(samples, frame * HOP, features, frame * BANDS);
    }
    return features;
  }

  private void frame(float[] samples, int from, float[] features, int to) {
    float mean = 0;
    for (int i = 0; i < WINDOW; i++) {
      mean += samples[from + i];
    }
    mean /= WINDOW;
    // Kaldi takes the first sample for the one before it.
    float before = samples[from] - mean;
    for (int i = 0; i < WINDOW; i++) {
      float sample = samples[from + i] - mean;
      window[i] = (sample - PRE_EMPHASIS * before) * POVEY[i];
      before = sample;
    }
    float[] power = spectrum.of(window);
    for (int band = 0; band < BANDS; band++) {
      float[] filter = FILTERS[band];
      float energy = 0;
      for (int i = 0; i < filter.length; i++) {
        energy += filter[i] * power[FILTER_START[band] + i];
      }
      features[to + band] = (float) Math.log(Math.max(energy, FLOOR));
    }
  }

  private static float[] povey() {
    float[] window = new float[WINDOW];
    for (int i = 0; i < WINDOW; i++) {
      window[i] =
          (float) Math.pow(0.5 - 0.5 * Math.cos(2 * Math.PI * i / (WINDOW - 1)), 0.85);
    }
    return window;
  }

  private static double mel(double hertz) {
    return 1127 * Math.log(1 + hertz / 700);
  }

  /// The mel at which band `number − 1` has its centre and its neighbours end.
  private static double edge(int number) {
    return mel(20) + number * (mel(8000) - mel(20)) / (BANDS + 1);
  }

  private static void buildFilters() {
    for (int band = 0; band < BANDS; band++) {
      double left = edge(band);
      double centre = edge(band + 1);
      double right = edge(band + 2);
      float[] weights = new float[PowerSpectrum.BINS];
      int start = PowerSpectrum.BINS;
      int end = 0;
      // Kaldi leaves the last bin, of the Nyquist frequency, out.
      for (int bin = 0; bin < PowerSpectrum.BINS - 1; bin++) {
        double mel = mel(bin * 16_000.0 / PowerSpectrum.LENGTH);
        if (mel > left && mel < right) {
          weights[bin] =
              (float)
                  (mel <= centre
                      ? (mel - left) / (centre - left)
                      : (right - mel) / (right - centre));
          start = Math.min(start, bin);
          end = bin + 1;
        }
      }
      FILTER_START[band] = start;
      FILTERS[band] = java.util.Arrays.copyOfRange(weights, start, end);
    }
  }
}
