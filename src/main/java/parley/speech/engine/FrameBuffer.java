package parley.speech.engine;

import java.util.Arrays;

/// The latest frames of a stream, and how probable speech is in each. Frames are numbered from the
/// start of the stream. For one thread at a time.
final class FrameBuffer {
  private static final int FRAME = VoiceActivity.FRAME;

  private float[] sound;
  private float[] probability;

  /// How many frames are held, and the number of the first.
  private int held;

  private long start;

  /// @param frames that it holds before it has to grow
  FrameBuffer(int frames) {
    sound = new float[frames * FRAME];
    probability = new float[frames];
  }

  /// The first frame that is held.
  long start() {
    return start;
  }

  /// The frame that comes next.
  long end() {
    return start + held;
  }

  /// Adds the next frame.
  ///
  /// @param samples of which [VoiceActivity#FRAME] from `offset` on belong to the frame; silence
  ///   after the end
  /// @param speech the probability that somebody speaks in it
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

  /// A copy of the samples of the frames from `from` to before `to`.
  float[] samples(long from, long to) {
    return Arrays.copyOfRange(sound, (int) (from - start) * FRAME, (int) (to - start) * FRAME);
  }

  /// The mean energy of a frame.
  double energy(long frame) {
    int index = (int) (frame - start);
    double sum = 0;
    for (int i = index * FRAME; i < (index + 1) * FRAME; i++) {
      sum += sound[i] * sound[i];
    }
    return sum / FRAME;
  }

  /// The frame between the two where speech is least likely and the sound faintest, over five
  /// frames (160 ms) around it.
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

  /// Forgets the frames before this one.
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
