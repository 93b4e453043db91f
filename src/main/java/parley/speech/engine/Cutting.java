package parley.speech.engine;

/// Where a stream of sound is cut into pieces.
///
/// @param pause seconds of silence that end a piece
/// @param longest a piece is cut before it has more seconds
/// @param earliest no cut leaves a piece of fewer seconds
public record Cutting(double pause, double longest, double earliest) {
  /// For files, where nobody waits. Whisper sees 30 seconds at once; the last ones are left silent,
  /// which tells it of the end.
  static final Cutting FILES = new Cutting(2, 28, 10);
}
