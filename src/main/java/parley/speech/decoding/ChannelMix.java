package parley.speech.decoding;

import java.util.Arrays;

/// Mixes the channels of a recording so that nothing that is heard in one of them is lost. A plain
/// sum is silent where a channel is the other one turned over, as a balanced microphone on a stereo
/// input and a wrongly soldered plug make it: such a channel is turned back first.
///
/// For one stream and one thread at a time.
final class ChannelMix {
  /// A channel is turned over when its correlation with the loudest one is below the first, and
  /// back when it is above the second; what is between is sound of its own.
  private static final double OPPOSITE = -0.5;

  private static final double ALIKE = 0.2;

  /// What was heard counts half after so many samples.
  private static final double HALF_LIFE = 2000;

  /// A channel turns over within so many samples, without a click.
  private static final float TURNING = 1 / 200f;

  private final int channels;
  private final double[] energy;
  private final double[] common;
  private final boolean[] opposite;
  private final float[] weight;

  /// The loudest channel, which the others are compared with.
  private int loudest;

  ChannelMix(int channels) {
    this.channels = channels;
    this.energy = new double[channels];
    this.common = new double[channels];
    this.opposite = new boolean[channels];
    this.weight = new float[channels];
    Arrays.fill(weight, 1);
  }

  /// Mixes the next samples into the beginning of the same array.
  ///
  /// @param samples side by side, all channels of one moment after those of the one before
  /// @param moments how many there are
  void mix(float[] samples, int moments) {
    if (channels == 1) {
      return;
    }
    compare(samples, moments);
    for (int moment = 0; moment < moments; moment++) {
      float sum = 0;
      for (int channel = 0; channel < channels; channel++) {
        float wanted = opposite[channel] ? -1 : 1;
        float step = Math.clamp(wanted - weight[channel], -TURNING, TURNING);
        weight[channel] += step;
        sum += weight[channel] * samples[moment * channels + channel];
      }
      samples[moment] = sum / channels;
    }
  }

  private void compare(float[] samples, int moments) {
    double kept = Math.pow(0.5, moments / HALF_LIFE);
    for (int channel = 0; channel < channels; channel++) {
      double own = 0;
      for (int at = channel; at < moments * channels; at += channels) {
        own += samples[at] * samples[at];
      }
      energy[channel] = energy[channel] * kept + own;
    }
    follow();
    for (int channel = 0; channel < channels; channel++) {
      double shared = 0;
      for (int moment = 0; moment < moments; moment++) {
        int at = moment * channels;
        shared += samples[at + channel] * samples[at + loudest];
      }
      common[channel] = common[channel] * kept + shared;
      double correlation = common[channel] / Math.sqrt(energy[channel] * energy[loudest] + 1e-20);
      if (correlation < OPPOSITE) {
        opposite[channel] = true;
      } else if (correlation > ALIKE) {
        opposite[channel] = false;
      }
    }
  }

  /// Compares with another channel once that has become clearly louder.
  private void follow() {
    int now = loudest;
    for (int channel = 0; channel < channels; channel++) {
      if (energy[channel] > 4 * energy[loudest] && energy[channel] > energy[now]) {
        now = channel;
      }
    }
    if (now != loudest) {
      loudest = now;
      Arrays.fill(common, 0);
    }
  }
}
