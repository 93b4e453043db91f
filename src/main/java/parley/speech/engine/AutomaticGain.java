package parley.speech.engine;

import java.util.Arrays;

/// Automatic gain control ahead of voice activity detection. The VAD model was trained on speech at
/// usual recording levels; 40 to 60 dB below that, as from a microphone with its gain turned down,
/// it reports silence.
///
/// Audio at a usual level is not amplified, nor is what follows within seconds. Noise is never
/// raised to the level of speech: the gain is capped where the quietest moments of the last seconds
/// would become audible. One instance per stream; not thread-safe.
final class AutomaticGain {
  /// RMS that the loudest frames of speech reach when the VAD detects it reliably: −40 dBFS.
  private static final double USUAL_LEVEL = 0.01;

  /// RMS that quieter speech is raised to: −26 dBFS.
  private static final double TARGET_LEVEL = 0.05;

  /// Minimum ratio of speech to noise, 12 dB. Noise alone is not amplified.
  private static final double MIN_SPEECH_TO_NOISE = 4;

  /// Frames (a third of a second) before quiet speech is amplified, because speech at a usual level
  /// may start softly. The segmenter's margin reaches back this far.
  private static final int DELAY = 10;

  /// RMS that noise may be raised to: −50 dBFS, the noise of a quiet room.
  private static final double AUDIBLE_NOISE = 0.003;

  /// 60 dB: beyond that, 16-bit samples carry nothing of a voice.
  private static final double MAX_GAIN = 1000;

  /// Frames for which a level is held (two seconds), and its decay per frame after that (10 dB per
  /// second).
  private static final int HOLD_FRAMES = 63;

  private static final double RELEASE = Math.pow(10, -10.0 / 20 * VoiceActivity.FRAME / 16_000);

  /// The noise floor is the quietest frame of the last four seconds, kept as eight minima of half a
  /// second each.
  private static final int FRAMES_PER_MINIMUM = 16;

  private final double[] minima = new double[8];
  private int frames;
  private double level;
  private int heldFor;
  private int quietFor;

  AutomaticGain() {
    Arrays.fill(minima, Double.MAX_VALUE);
  }

  /// Returns the gain for the next frame, at least 1.
  ///
  /// @param samples the frame is the [VoiceActivity#FRAME] samples from `offset`; fewer at the end
  float next(float[] samples, int offset) {
    double loudness = rootMeanSquare(samples, offset);
    if (loudness >= level) {
      level = loudness;
      heldFor = 0;
    } else if (heldFor < HOLD_FRAMES) {
      heldFor++;
    } else {
      level = Math.max(loudness, level * RELEASE);
    }
    double noise = noise(loudness);
    boolean quiet = level < USUAL_LEVEL && level >= MIN_SPEECH_TO_NOISE * noise;
    quietFor = quiet ? quietFor + 1 : 0;
    if (quietFor <= DELAY) {
      return 1;
    }
    double wanted =
        Math.min(TARGET_LEVEL / Math.max(level, 1e-6), AUDIBLE_NOISE / Math.max(noise, 1e-6));
    return (float) Math.clamp(wanted, 1, MAX_GAIN);
  }

  private double noise(double loudness) {
    int place = frames / FRAMES_PER_MINIMUM % minima.length;
    if (frames % FRAMES_PER_MINIMUM == 0) {
      minima[place] = loudness;
    }
    minima[place] = Math.min(minima[place], loudness);
    frames++;
    double noise = Double.MAX_VALUE;
    for (double minimum : minima) {
      noise = Math.min(noise, minimum);
    }
    return noise;
  }

  private static double rootMeanSquare(float[] samples, int offset) {
    double sum = 0;
    int end = Math.min(samples.length, offset + VoiceActivity.FRAME);
    for (int i = offset; i < end; i++) {
      sum += samples[i] * samples[i];
    }
    return Math.sqrt(sum / VoiceActivity.FRAME);
  }
}
