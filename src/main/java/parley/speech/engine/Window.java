package parley.speech.engine;

import java.util.List;

/// What Whisper decodes at once: a piece, the rest of one, or a piece with its context.
///
/// @param samples at 16 kHz
/// @param from start of the window, in seconds from the start of the piece; negative if it includes
///   context
/// @param prefix tokens of the context's transcript, including timestamps
/// @param speech seconds of speech to transcribe
@SuppressWarnings("ArrayRecordComponent") // never compared
record Window(float[] samples, double from, List<Integer> prefix, double speech) {
  /// Returns the window from a time in the piece to its end.
  static Window of(Piece piece, double from) {
    return new Window(piece.samplesFrom(from), from, List.of(), piece.spokenAfter(from));
  }

  /// Returns the duration in seconds.
  double seconds() {
    return samples.length / (double) VoiceActivity.SAMPLE_RATE;
  }

  /// Returns the seconds that belong to the piece.
  double secondsOfPiece() {
    return seconds() + Math.min(0, from);
  }
}
