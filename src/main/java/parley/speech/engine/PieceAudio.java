package parley.speech.engine;

import java.util.List;

/// Makes pieces of stretches of speech: with a margin around them, more of it where the audio is
/// about as loud as the speech, and raised if they are quiet. Not thread-safe.
final class PieceAudio {
  private static final int FRAME = VoiceActivity.FRAME;

  /// Padding around the speech, for soft starts and ends that the VAD misses.
  private static final int MARGIN = VoiceActivity.frames(0.32);

  /// Maximum extension beyond the margin over audio about as loud as the speech: a voice that the
  /// VAD is unsure of, such as a shouting or hoarse one, or a first word.
  private static final int REACH = VoiceActivity.frames(1);

  /// Most frames of a piece before its speech, which have to be held.
  static final int MAX_LEAD = MARGIN + REACH;

  /// Maximum gap in such audio, between syllables.
  private static final int BETWEEN_SYLLABLES = VoiceActivity.frames(0.2);

  /// Minimum energy, relative to the speech, of audio that counts as loud: −20 dB.
  private static final double LOUD = 0.01;

  /// A piece whose peak is below the first (−30 dBFS) is raised to the second.
  private static final float QUIET_PEAK = 0.03f;

  private static final float RAISED_PEAK = 0.5f;

  private final FrameBuffer held;

  /// The first frame that does not belong to a completed piece.
  private long firstFree;

  /// @param held the stream, from [#MAX_LEAD] before the speech on
  PieceAudio(FrameBuffer held) {
    this.held = held;
  }

  /// A stretch of speech, by frame number in the stream.
  record Stretch(long start, long end) {}

  /// Returns an unfinished piece, as far as its audio has arrived.
  ///
  /// @param heard its stretches, at least one
  /// @param maxFrames that it must not outgrow
  Piece growing(List<Stretch> heard, int maxFrames) {
    return piece(heard, start(heard, maxFrames), end(heard));
  }

  /// Returns the frame after such a piece.
  long end(List<Stretch> heard) {
    return Math.min(held.end(), heard.getLast().end() + MARGIN);
  }

  /// Returns a piece and keeps its audio out of the next one.
  ///
  /// @param stretches at least one
  /// @param limit frame that the piece must not exceed
  /// @param maxFrames that it must not outgrow
  Piece completed(List<Stretch> stretches, long limit, int maxFrames) {
    long first = stretches.getFirst().start();
    long last = stretches.getLast().end();
    double loud = LOUD * energy(stretches);
    long max = maxReach(first, last, maxFrames);
    long start = start(stretches, maxFrames);
    long end = reach(last + MARGIN - 1, 1, Math.min(limit, held.end()) - 1, max, loud) + 1;
    firstFree = end;
    return piece(stretches, start, end);
  }

  /// Returns where a piece with these stretches begins: before their margin where that is loud.
  private long start(List<Stretch> stretches, int maxFrames) {
    long first = stretches.getFirst().start();
    return reach(
        first - MARGIN,
        -1,
        Math.max(held.start(), firstFree),
        maxReach(first, stretches.getLast().end(), maxFrames),
        LOUD * energy(stretches));
  }

  /// Returns how far a piece may extend at either end, so as not to outgrow the window.
  private static long maxReach(long first, long last, int maxFrames) {
    return Math.clamp((maxFrames - (last - first)) / 2, 0, REACH);
  }

  private Piece piece(List<Stretch> stretches, long start, long end) {
    float[] samples = held.samples(start, end);
    amplify(samples);
    List<Piece.Span> speech =
        stretches.stream()
            .map(stretch ->
                new Piece.Span(
                    VoiceActivity.seconds(stretch.start() - start),
                    VoiceActivity.seconds(stretch.end() - start)))
            .toList();
    return new Piece(start * FRAME, samples, speech);
  }

  /// Raises a piece below usual recording levels to the level that the models were trained on.
  private static void amplify(float[] samples) {
    float peak = 0;
    for (float sample : samples) {
      peak = Math.max(peak, Math.abs(sample));
    }
    if (peak > 0 && peak < QUIET_PEAK) {
      float gain = RAISED_PEAK / peak;
      for (int i = 0; i < samples.length; i++) {
        samples[i] *= gain;
      }
    }
  }

  /// Extends a range from a frame for as long as the audio is loud, and a syllable's gap further.
  ///
  /// @param step 1 forwards, −1 backwards
  /// @param limit frame that must not be exceeded
  /// @param max maximum number of frames
  private long reach(long from, int step, long limit, long max, double loud) {
    if ((limit - from) * step <= 0) {
      return limit;
    }
    long reached = from;
    for (long frame = from; frame != limit && Math.abs(frame - from) < max; frame += step) {
      if (held.energy(frame) >= loud) {
        reached = frame;
      } else if (Math.abs(frame - reached) > BETWEEN_SYLLABLES) {
        break;
      }
    }
    long softened = reached == from ? from : reached + (long) step * BETWEEN_SYLLABLES;
    return (limit - softened) * step <= 0 ? limit : softened;
  }

  /// Returns the mean energy of stretches of speech.
  private double energy(List<Stretch> stretches) {
    double sum = 0;
    long frames = 0;
    for (Stretch stretch : stretches) {
      for (long frame = stretch.start(); frame < stretch.end(); frame++) {
        sum += held.energy(frame);
        frames++;
      }
    }
    return sum / Math.max(1, frames);
  }
}
