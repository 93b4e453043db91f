package parley.speakers;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How well a voice can be heard in a recording, by its samples alone.
///
/// @param snrDb speech above noise, in decibels, at most [#MAX_SNR]; null when there is no speech
/// @param peakDbfs the loudest sample, in decibels below full scale
/// @param clippedRatio the share of samples that stay at the loudest level there is, 0 to 1
public record RecordingQuality(@Nullable Double snrDb, double peakDbfs, double clippedRatio) {
  private static final int SAMPLE_RATE = 16_000;

  /// 32 ms.
  private static final int FRAME = 512;

  /// The quietest tenth of a recording is pauses and the ends of words: noise, where there is any.
  private static final double QUIET_SHARE = 0.1;

  /// Beyond this the microphone is measured and not the recording.
  private static final double MAX_SNR = 60;

  private static final double MIN_DBFS = -120;

  /// What is cut off stays within this of the loudest level for some samples.
  private static final float CLIPPED = 0.995f;

  /// Below this the loudest level is just a loud moment.
  private static final float LOUD = 0.5f;

  private static final int CLIPPED_RUN = 3;

  /// Seconds of a recording.
  public record Span(double start, double end) {}

  /// Measures a recording.
  ///
  /// @param samples mono, −1 to 1, at 16 kHz
  /// @param speech where somebody speaks
  public static RecordingQuality of(float[] samples, List<Span> speech) {
    float peak = 0;
    for (float sample : samples) {
      peak = Math.max(peak, Math.abs(sample));
    }
    return new RecordingQuality(
        snr(samples, speech),
        peak == 0 ? MIN_DBFS : Math.max(MIN_DBFS, 20 * Math.log10(peak)),
        clipped(samples, peak));
  }

  /// Runs of samples at the loudest level, whichever that is: a recording may have been clipped
  /// before it was turned down.
  private static double clipped(float[] samples, float peak) {
    if (peak < LOUD) {
      return 0;
    }
    long clipped = 0;
    int run = 0;
    for (float sample : samples) {
      run = Math.abs(sample) >= peak * CLIPPED ? run + 1 : 0;
      if (run == CLIPPED_RUN) {
        clipped += CLIPPED_RUN;
      } else if (run > CLIPPED_RUN) {
        clipped++;
      }
    }
    return (double) clipped / samples.length;
  }

  private static @Nullable Double snr(float[] samples, List<Span> speech) {
    int frames = samples.length / FRAME;
    double[] energies = new double[frames];
    double spoken = 0;
    int spokenFrames = 0;
    for (int frame = 0; frame < frames; frame++) {
      double energy = 0;
      for (int i = frame * FRAME; i < (frame + 1) * FRAME; i++) {
        energy += (double) samples[i] * samples[i];
      }
      energies[frame] = energy / FRAME;
      double middle = (frame + 0.5) * FRAME / SAMPLE_RATE;
      if (speech.stream().anyMatch(span -> span.start() <= middle && middle < span.end())) {
        spoken += energies[frame];
        spokenFrames++;
      }
    }
    if (spokenFrames == 0) {
      return null;
    }
    Arrays.sort(energies);
    int quiet = Math.max(1, (int) (frames * QUIET_SHARE));
    double noise = Arrays.stream(energies, 0, quiet).sum() / quiet;
    double signal = Math.max(0, spoken / spokenFrames - noise);
    if (signal == 0) {
      return 0.0;
    }
    return noise == 0 ? MAX_SNR : Math.clamp(10 * Math.log10(signal / noise), 0, MAX_SNR);
  }
}
