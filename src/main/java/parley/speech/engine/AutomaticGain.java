package parley.speech.engine;

import java.util.Arrays;

/// How much a sound is amplified before it is searched for speech. The voice activity model knows
/// speech as loud as people record it; what a microphone with its gain turned down gives, 40 to 60
/// dB less, it takes for silence.
///
/// Sound of a usual level is left alone, and so is what follows it within seconds. Noise is never
/// raised to the level of speech: the gain ends where the quietest moments of the last seconds
/// would become audible. For one stream and one thread at a time.
final class AutomaticGain {
  /// Speech whose loudest frames reach this root mean square is heard well: −40 dB of full scale.
  private static final double USUAL = 0.01;

  /// What quieter speech is raised to: −26 dB.
  private static final double TARGET = 0.05;

  /// Speech stands out of the noise by this factor: 12 dB. Noise alone is not amplified.
  private static final double CLEAR = 4;

  /// Frames after which quiet speech is believed to be quiet, a third of a second: the soft
  /// beginning of a usual word becomes loud sooner. Pieces reach back so far.
  private static final int DELAY = 10;

  /// What noise may be raised to: −50 dB, the noise of a quiet room.
  private static final double AUDIBLE_NOISE = 0.003;

  /// 60 dB. Beyond, 16 bits have nothing left of a voice.
  private static final double MAX_GAIN = 1000;

  /// Frames for which a level is remembered (two seconds), and what it loses with each frame after
  /// them (ten decibels a second).
  private static final int HELD = 63;

  private static final double RELEASE = Math.pow(10, -10.0 / 20 * VoiceActivity.FRAME / 16_000);

  /// The noise is the quietest frame of four seconds, kept as eight minima of half a second.
  private static final int FRAMES_A_MINIMUM = 16;

  private final double[] minima = new double[8];
  private int frames;
  private double level;
  private int heldFor;
  private int quietFor;

  AutomaticGain() {
    Arrays.fill(minima, Double.MAX_VALUE);
  }

  /// The gain for the next frame, 1 or more.
  ///
  /// @param samples of which the next [VoiceActivity#FRAME] from `offset` on are the frame; fewer
  ///   at the end
  float next(float[] samples, int offset) {
    double loudness = rootMeanSquare(samples, offset);
    if (loudness >= level) {
      level = loudness;
      heldFor = 0;
    } else if (heldFor < HELD) {
      heldFor++;
    } else {
      level = Math.max(loudness, level * RELEASE);
    }
    double noise = noise(loudness);
    boolean quiet = level < USUAL && level >= CLEAR * noise;
    quietFor = quiet ? quietFor + 1 : 0;
    if (quietFor <= DELAY) {
      return 1;
    }
    double wanted = Math.min(TARGET / Math.max(level, 1e-6), AUDIBLE_NOISE / Math.max(noise, 1e-6));
    return (float) Math.clamp(wanted, 1, MAX_GAIN);
  }

  private double noise(double loudness) {
    int place = frames / FRAMES_A_MINIMUM % minima.length;
    if (frames % FRAMES_A_MINIMUM == 0) {
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
