package parley.speech.engine;

/// The discrete Fourier transform of length [#LENGTH] of several signals at once. Element `k` of
/// signal `j` is at `k * signals + j`, so that the innermost loop runs over adjacent elements and
/// the compiler can vectorise it. Uses Stockham's algorithm, which needs no reordering.
///
/// Not thread-safe: it works in arrays of its own.
final class Fft {
  static final int LENGTH = 400;

  private static final int[] RADICES = {4, 4, 5, 5};
  private static final float[] COSINE = new float[LENGTH];
  private static final float[] SINE = new float[LENGTH];

  static {
    for (int i = 0; i < LENGTH; i++) {
      COSINE[i] = (float) Math.cos(2 * Math.PI * i / LENGTH);
      SINE[i] = (float) -Math.sin(2 * Math.PI * i / LENGTH);
    }
  }

  private final int signals;
  private float[] real;
  private float[] imaginary;
  private float[] nextReal;
  private float[] nextImaginary;

  Fft(int signals) {
    this.signals = signals;
    this.real = new float[LENGTH * signals];
    this.imaginary = new float[LENGTH * signals];
    this.nextReal = new float[LENGTH * signals];
    this.nextImaginary = new float[LENGTH * signals];
  }

  /// The real parts: of the signals before [#transform()], of their spectra after it. The array
  /// changes with each transform.
  float[] real() {
    return real;
  }

  /// The imaginary parts, likewise.
  float[] imaginary() {
    return imaginary;
  }

  void transform() {
    int remaining = LENGTH;
    int stride = 1;
    for (int radix : RADICES) {
      stage(radix, remaining, stride);
      remaining /= radix;
      stride *= radix;
      float[] swap = real;
      real = nextReal;
      nextReal = swap;
      swap = imaginary;
      imaginary = nextImaginary;
      nextImaginary = swap;
    }
  }

  private void stage(int radix, int remaining, int stride) {
    int parts = remaining / radix;
    int width = stride * signals;
    for (int part = 0; part < parts; part++) {
      for (int output = 0; output < radix; output++) {
        int to = width * (radix * part + output);
        for (int input = 0; input < radix; input++) {
          // The butterfly and the twiddle factor of the output, combined into one rotation.
          int turn =
              (input * output * (LENGTH / radix) + part * output * (LENGTH / remaining)) % LENGTH;
          int from = width * (part + parts * input);
          addRotated(from, to, width, COSINE[turn], SINE[turn], input == 0);
        }
      }
    }
  }

  private void addRotated(int from, int to, int width, float cosine, float sine, boolean first) {
    float[] inReal = real;
    float[] inImaginary = imaginary;
    float[] outReal = nextReal;
    float[] outImaginary = nextImaginary;
    if (first) {
      for (int i = 0; i < width; i++) {
        float a = inReal[from + i];
        float b = inImaginary[from + i];
        outReal[to + i] = a * cosine - b * sine;
        outImaginary[to + i] = a * sine + b * cosine;
      }
    } else {
      for (int i = 0; i < width; i++) {
        float a = inReal[from + i];
        float b = inImaginary[from + i];
        outReal[to + i] += a * cosine - b * sine;
        outImaginary[to + i] += a * sine + b * cosine;
      }
    }
  }
}
