package parley.speech.engine;

import java.nio.FloatBuffer;
import java.util.Arrays;

/// Whisper's log-mel spectrogram, 100 columns per second.
///
/// Same as OpenAI's `audio.py`: windows of 400 samples (periodic Hann) every 160, centred, the
/// start mirrored; Slaney's mel scale and area normalisation from 0 to 8000 Hz; clamped at 1e-10
/// and at 8 below the maximum; then (x + 4) / 4. Not thread-safe.
final class LogMel {
  /// Samples from one column to the next.
  static final int HOP = 160;

  private static final int BINS = Fft.LENGTH / 2 + 1;
  private static final int PAIRS = 8;
  private static final int BATCH = 2 * PAIRS;
  private static final float[] WINDOW = window();
  private final int bandCount;

  /// The weights of each band, and the bin of its first weight.
  private final float[][] filters;

  private final int[] filterStart;
  private final Fft fft = new Fft(PAIRS);
  private final float[] power = new float[BINS * BATCH];
  private final float[] energy = new float[BATCH];
  private float[] mel = new float[0];
  private FloatBuffer picture = DirectMemory.floats(0);

  /// @param bands number of mel bands that the model was trained on
  LogMel(int bands) {
    this.bandCount = bands;
    this.filters = new float[bands][];
    this.filterStart = new int[bands];
    buildFilters();
  }

  /// Computes a spectrogram.
  ///
  /// @param samples 16 kHz, −1 to 1; padded with silence
  /// @param columns number of columns, from the first sample on
  /// @return row by row, bands × `columns`; valid until the next call
  FloatBuffer of(float[] samples, int columns) {
    int size = bandCount * columns;
    if (mel.length < size) {
      mel = new float[DirectMemory.grown(size)];
      picture = DirectMemory.floats(mel.length);
    }
    float floor = (float) Math.log10(1e-10);
    float maximum = floor;
    Arrays.fill(mel, 0, size, floor);
    // Beyond the last sample, every value is at the floor.
    int sounding = Math.min(columns, (samples.length + Fft.LENGTH / 2) / HOP + 1);
    for (int first = 0; first < sounding; first += BATCH) {
      int count = Math.min(BATCH, sounding - first);
      spectra(samples, first);
      maximum = Math.max(maximum, bands(columns, first, count));
    }
    for (int i = 0; i < size; i++) {
      mel[i] = (Math.max(mel[i], maximum - 8) + 4) / 4;
    }
    return picture.put(0, mel, 0, size).slice(0, size);
  }

  /// Transforms two real windows at once, one as the real and one as the imaginary part; the
  /// symmetry of real signals' spectra separates them afterwards.
  private void spectra(float[] samples, int first) {
    float[] real = fft.real();
    float[] imaginary = fft.imaginary();
    for (int pair = 0; pair < PAIRS; pair++) {
      int start = (first + 2 * pair) * HOP - Fft.LENGTH / 2;
      for (int i = 0; i < Fft.LENGTH; i++) {
        real[i * PAIRS + pair] = sample(samples, start + i) * WINDOW[i];
        imaginary[i * PAIRS + pair] = sample(samples, start + HOP + i) * WINDOW[i];
      }
    }
    fft.transform();
    real = fft.real();
    imaginary = fft.imaginary();
    for (int bin = 0; bin < BINS; bin++) {
      int here = bin * PAIRS;
      int mirrored = (Fft.LENGTH - bin) % Fft.LENGTH * PAIRS;
      for (int pair = 0; pair < PAIRS; pair++) {
        float a = real[here + pair];
        float b = imaginary[here + pair];
        float c = real[mirrored + pair];
        float d = imaginary[mirrored + pair];
        power[bin * BATCH + 2 * pair] = ((a + c) * (a + c) + (b - d) * (b - d)) / 4;
        power[bin * BATCH + 2 * pair + 1] = ((b + d) * (b + d) + (c - a) * (c - a)) / 4;
      }
    }
  }

  private float bands(int columns, int first, int count) {
    float maximum = Float.NEGATIVE_INFINITY;
    for (int band = 0; band < bandCount; band++) {
      Arrays.fill(energy, 0);
      float[] filter = filters[band];
      for (int i = 0; i < filter.length; i++) {
        int bin = (filterStart[band] + i) * BATCH;
        float weight = filter[i];
        for (int column = 0; column < BATCH; column++) {
          energy[column] += weight * power[bin + column];
        }
      }
      for (int column = 0; column < count; column++) {
        float value = (float) Math.log10(Math.max(energy[column], 1e-10f));
        mel[band * columns + first + column] = value;
        maximum = Math.max(maximum, value);
      }
    }
    return maximum;
  }

  private static float sample(float[] samples, int position) {
    int mirrored = Math.abs(position);
    return mirrored < samples.length ? samples[mirrored] : 0;
  }

  private static float[] window() {
    float[] window = new float[Fft.LENGTH];
    for (int i = 0; i < window.length; i++) {
      window[i] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / window.length));
    }
    return window;
  }

  private void buildFilters() {
    double highest = melOf(8000);
    double[] edges = new double[bandCount + 2];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = hertzOf(highest * i / (bandCount + 1));
    }
    for (int band = 0; band < bandCount; band++) {
      double[] weights = new double[BINS];
      int start = BINS;
      int end = 0;
      for (int bin = 0; bin < BINS; bin++) {
        double hertz = bin * 16_000.0 / Fft.LENGTH;
        double rising = (hertz - edges[band]) / (edges[band + 1] - edges[band]);
        double falling = (edges[band + 2] - hertz) / (edges[band + 2] - edges[band + 1]);
        double weight = Math.min(rising, falling);
        if (weight > 0) {
          weights[bin] = weight * 2 / (edges[band + 2] - edges[band]);
          start = Math.min(start, bin);
          end = bin + 1;
        }
      }
      filterStart[band] = start;
      filters[band] = new float[end - start];
      for (int bin = start; bin < end; bin++) {
        filters[band][bin - start] = (float) weights[bin];
      }
    }
  }

  /// Slaney's scale: linear below 1000 Hz (15 mel), logarithmic above, 27 steps per factor of 6.4.
  private static double melOf(double hertz) {
    return hertz < 1000 ? hertz * 3 / 200 : 15 + Math.log(hertz / 1000) * 27 / Math.log(6.4);
  }

  private static double hertzOf(double mel) {
    return mel < 15 ? mel * 200 / 3 : 1000 * Math.exp((mel - 15) * Math.log(6.4) / 27);
  }
}
