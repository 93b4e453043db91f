package parley.speech.engine;

import java.util.Arrays;
import java.util.List;

/// A stretch of the recording that is recognised at once.
final class Piece {
  private static final double RATE = 16_000;

  /// Seconds from the start of the piece.
  record Span(double start, double end) {
    double length() {
      return end - start;
    }
  }

  private final long start;
  private final float[] samples;
  private final List<Span> speech;

  /// A piece that takes over the array.
  ///
  /// @param start of the first sample, in samples from the start of the recording
  /// @param samples the sound, a little silence around the speech included
  /// @param speech where in the piece somebody speaks, in order, at least one
  Piece(long start, float[] samples, List<Span> speech) {
    this.start = start;
    this.samples = samples;
    this.speech = List.copyOf(speech);
  }

  /// The sound from some second on.
  float[] samplesFrom(double seconds) {
    return Arrays.copyOfRange(samples, (int) (seconds * RATE), samples.length);
  }

  /// Where in the piece somebody speaks.
  List<Span> speech() {
    return speech;
  }

  double seconds() {
    return samples.length / RATE;
  }

  /// Seconds from the start of the recording.
  double startSeconds() {
    return start / RATE;
  }
}
