package parley.speech.diarisation;

import java.util.Arrays;
import java.util.List;

/// How loud a recording is in each frame of [Activity], from 0 to −127 dBFS in steps of half a
/// decibel. Keeps one byte per frame, 213 kB per hour.
///
/// Not for several threads at once.
final class FrameLevels {
  private static final double STEPS_PER_DECIBEL = 2;
  private static final double SILENCE = 1e-13;

  /// The share of the frames that are quieter than the noise floor.
  private static final double FLOOR_SHARE = 0.03;

  private byte[] levels = new byte[4096];
  private int frames;

  /// Samples to skip before the first frame begins.
  private int ahead = Activity.sample(0);

  private double energy;
  private int filled;

  /// Takes the next samples.
  void take(float[] samples, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (ahead > 0) {
        ahead--;
        continue;
      }
      energy += samples[i] * (double) samples[i];
      if (++filled == Activity.FRAME) {
        add(decibels(energy / Activity.FRAME));
        energy = 0;
        filled = 0;
      }
    }
  }

  private void add(double level) {
    if (frames == levels.length) {
      levels = Arrays.copyOf(levels, 2 * frames);
    }
    levels[frames++] = (byte) Math.clamp(Math.round(-level * STEPS_PER_DECIBEL), 0, 254);
  }

  /// The number of complete frames.
  int frames() {
    return frames;
  }

  /// The level of one of the complete frames, in decibels of full scale.
  double level(int frame) {
    return -Byte.toUnsignedInt(levels[frame]) / STEPS_PER_DECIBEL;
  }

  /// The level of the mean energy in some ranges; −127 without frames.
  double mean(List<FrameRange> ranges) {
    double sum = 0;
    int count = 0;
    for (FrameRange range : ranges) {
      for (int frame = range.start(); frame < Math.min(range.end(), frames); frame++) {
        sum += energy(frame);
        count++;
      }
    }
    return decibels(count == 0 ? 0 : sum / count);
  }

  /// The level that the quietest 3 % of the frames do not exceed.
  double noiseFloor() {
    if (frames == 0) {
      return decibels(0);
    }
    int[] counts = new int[256];
    for (int frame = 0; frame < frames; frame++) {
      counts[Byte.toUnsignedInt(levels[frame])]++;
    }
    int step = counts.length - 1;
    int quieter = counts[step];
    while (step > 0 && quieter <= frames * FLOOR_SHARE) {
      quieter += counts[--step];
    }
    return -step / STEPS_PER_DECIBEL;
  }

  /// How much louder speech is than the pauses between, in decibels.
  ///
  /// @param speech in order, without overlaps
  /// @param margin frames next to speech that count as neither
  /// @param minFrames of pauses
  /// @return NaN if the pauses are shorter, or louder than the speech: then they are more likely
  ///   speech that was not recognised as such
  double aboveMedianPause(List<FrameRange> speech, int margin, int minFrames) {
    int[] counts = new int[256];
    int pauses = 0;
    int from = 0;
    for (int i = 0; i <= speech.size(); i++) {
      int until = i == speech.size() ? frames : Math.min(frames, speech.get(i).start() - margin);
      for (int frame = from; frame < until; frame++) {
        counts[Byte.toUnsignedInt(levels[frame])]++;
        pauses++;
      }
      from = i == speech.size() ? frames : Math.max(from, speech.get(i).end() + margin);
    }
    if (speech.isEmpty() || pauses < minFrames) {
      return Double.NaN;
    }
    int step = 0;
    int louder = counts[0];
    while (louder <= pauses / 2) {
      louder += counts[++step];
    }
    double above = mean(speech) + step / STEPS_PER_DECIBEL;
    return above > 0 ? above : Double.NaN;
  }

  private double energy(int frame) {
    return Math.pow(10, level(frame) / 10);
  }

  private static double decibels(double energy) {
    return 10 * Math.log10(energy + SILENCE);
  }
}
