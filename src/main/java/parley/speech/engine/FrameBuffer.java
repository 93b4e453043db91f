package parley.speech.engine;

import java.util.Arrays;

/// The latest frames of a stream with the speech probability of each. Frames are numbered from the
/// start of the stream. Not thread-safe.
final class FrameBuffer {
  private static final int FRAME = VoiceActivity.FRAME;

  private float[] sound;
  private float[] probability;

  /// The number of frames held, and the number of the first one.
  private int held;

  private long start;

  /// @param frames initial capacity
  FrameBuffer(int frames) {
    sound = new float[frames * FRAME];
    probability = new float[frames];
  }

  /// The first frame that is held.
  long start() {
    return start;
  }

  /// The number of the next frame.
  long end() {
    return start + held;
  }

  /// Adds the next frame.
  ///
  /// @param samples the frame is the [VoiceActivity#FRAME] samples from `offset`; beyond the end it
  ///   is padded with silence
  /// @param speech probability of speech in the frame
  void add(float[] samples, int offset, float speech) {
    if (held == probability.length) {
      probability = Arrays.copyOf(probability, held * 2);
      sound = Arrays.copyOf(sound, held * 2 * FRAME);
    }
    int available = Math.min(FRAME, samples.length - offset);
    System.arraycopy(samples, offset, sound, held * FRAME, available);
    Arrays.fill(sound, held * FRAME + available, (held + 1) * FRAME, 0);
    probability[held] = speech;
    held++;
  }

  /// Returns a copy of the samples of frames `from` (inclusive) to `to` (exclusive).
  float[] samples(long from, long to) {
    return Arrays.copyOfRange(sound, (int) (from - start) * FRAME, (int) (to - start) * FRAME);
  }

  /// Returns the mean energy of a frame.
  double energy(long frame) {
    int index = (int) (frame - start);
    double sum = 0;
    for (int i = index * FRAME; i < (index + 1) * FRAME; i++) {
      sum += sound[i] * sound[i];
    }
    return sum / FRAME;
  }

  /// Returns the frame in the range where speech is least likely and the audio quietest, judged by
  /// the five frames (160 ms) around it.
  long quietest(long from, long to) {
    long best = from;
    double min = Double.MAX_VALUE;
    for (long frame = from; frame <= to - 2; frame++) {
      double likely = 0;
      double energy = 1e-6;
      for (int near = -2; near <= 2; near++) {
        likely += probability[(int) (frame + near - start)] / 5;
        energy += energy(frame + near) / 5;
      }
      // 20 dB weigh as much as the step from certain speech to certain silence.
      double loudness = likely + Math.log10(energy) / 2;
      if (loudness < min) {
        min = loudness;
        best = frame;
      }
    }
    return best;
  }

  /// Drops the frames before this one.
  void forgetBefore(long frame) {
    int count = (int) Math.min(held, frame - start);
    if (count > 0) {
      System.arraycopy(sound, count * FRAME, sound, 0, (held - count) * FRAME);
      System.arraycopy(probability, count, probability, 0, held - count);
      held -= count;
      start += count;
    }
  }
}
