package parley.speech.diarisation;

import java.util.Arrays;

/// Measures how loud, noisy and clipped a recording is, while it streams by. Keeps four bytes for
/// each 15 ms.
final class SoundLevels {
  /// Samples whose energy is taken together: 30 ms, every 15.
  private static final int FRAME = 480;

  private static final int HOP = FRAME / 2;

  /// Samples so near to the loudest one count as being at its level.
  private static final float AT_PEAK = 0.99f;

  /// Only so many samples in a row at the peak were clipped there; a sine of 300 Hz at full scale
  /// has two.
  private static final int CLIPPED_RUN = 3;

  /// The energy of silence: one step of 16 bits.
  private static final double SILENCE = 1e-10;

  private final float[] frame = new float[FRAME];
  private int filled;
  private float[] energies = new float[1024];
  private int frames;
  private long samples;

  /// The highest level so far and how many samples stand still at it.
  private float peak;

  private long clipped;
  private int run;

  void take(float[] block, int count) {
    for (int i = 0; i < count; i++) {
      level(Math.abs(block[i]));
      frame[filled++] = block[i];
      if (filled == FRAME) {
        add(energy());
        System.arraycopy(frame, HOP, frame, 0, FRAME - HOP);
        filled = FRAME - HOP;
      }
    }
    samples += count;
  }

  private void level(float magnitude) {
    if (magnitude * AT_PEAK > peak) {
      // Louder by so much that nothing before was near the peak.
      clipped = 0;
      run = 0;
    }
    peak = Math.max(peak, magnitude);
    if (magnitude >= peak * AT_PEAK && magnitude > 0) {
      run++;
      if (run == CLIPPED_RUN) {
        clipped += CLIPPED_RUN;
      } else if (run > CLIPPED_RUN) {
        clipped++;
      }
    } else {
      run = 0;
    }
  }

  private float energy() {
    double mean = 0;
    for (float sample : frame) {
      mean += sample;
    }
    mean /= FRAME;
    double energy = 0;
    for (float sample : frame) {
      energy += (sample - mean) * (sample - mean);
    }
    return (float) (energy / FRAME);
  }

  private void add(float energy) {
    if (frames == energies.length) {
      energies = Arrays.copyOf(energies, 2 * frames);
    }
    energies[frames++] = energy;
  }

  double peakDbfs() {
    return peak > 0 ? Math.max(-100, 20 * Math.log10(peak)) : -100;
  }

  double clippedRatio() {
    return samples > 0 ? (double) clipped / samples : 0;
  }

  double snrDb() {
    if (frames == 0) {
      return 0;
    }
    float[] sorted = Arrays.copyOf(energies, frames);
    Arrays.sort(sorted);
    double quiet = mean(sorted, 0, Math.max(1, frames / 10));
    double loud = mean(sorted, frames / 2, frames);
    return Math.min(VoiceQuality.MAX_SNR, 10 * Math.log10(loud / quiet));
  }

  private static double mean(float[] energies, int from, int until) {
    double sum = 0;
    for (int i = from; i < until; i++) {
      sum += energies[i];
    }
    return sum / (until - from) + SILENCE;
  }
}
