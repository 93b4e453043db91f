package parley.speech.engine;

import java.util.List;

/// What Whisper hears at once: a piece, the rest of one, or a piece behind what was said before it.
///
/// @param samples at 16 kHz
/// @param from where in the piece the window begins, in seconds; below 0 when it begins before
/// @param prefix tokens of what is written of the time before the piece, times included
/// @param speech seconds of speech in it that are to be written
@SuppressWarnings("ArrayRecordComponent") // never compared
record Window(float[] samples, double from, List<Integer> prefix, double speech) {
  /// A piece from some second on.
  static Window of(Piece piece, double from) {
    return new Window(piece.samplesFrom(from), from, List.of(), piece.spokenAfter(from));
  }

  /// How long it is, in seconds.
  double seconds() {
    return samples.length / (double) VoiceActivity.SAMPLE_RATE;
  }

  /// Seconds of it that lie in the piece.
  double secondsOfPiece() {
    return seconds() + Math.min(0, from);
  }
}
