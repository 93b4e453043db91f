package parley.speech.decoding;

import java.util.Arrays;

/// Mixes channels down to mono without losing what only one of them carries. A plain sum cancels
/// out a channel with inverted polarity, as from a balanced microphone on a stereo input or a
/// miswired plug; such a channel is inverted first.
///
/// One instance per stream; not thread-safe.
final class ChannelMix {
  /// A channel counts as inverted once its correlation with the loudest one falls below the first,
  /// and as normal again once it rises above the second. In between it carries a signal of its own.
  private static final double OPPOSITE = -0.5;

  private static final double ALIKE = 0.2;

  /// Half-life of the correlation estimate, in samples.
  private static final double HALF_LIFE = 2000;

  /// Change of a channel's weight per sample while its polarity flips, slow enough to avoid a
  /// click.
  private static final float TURNING = 1 / 200f;

  private final int channels;
  private final double[] energy;
  private final double[] common;
  private final boolean[] opposite;
  private final float[] weight;

  /// The loudest channel, which is the reference for the others.
  private int loudest;

  ChannelMix(int channels) {
    this.channels = channels;
    this.energy = new double[channels];
    this.common = new double[channels];
    this.opposite = new boolean[channels];
    this.weight = new float[channels];
    Arrays.fill(weight, 1);
  }

  /// Mixes samples in place, into the beginning of the array.
  ///
  /// @param samples interleaved
  /// @param moments number of samples per channel
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

  /// Switches to another reference channel once it is clearly louder.
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
