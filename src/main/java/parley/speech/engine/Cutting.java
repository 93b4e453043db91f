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

  /// The same, but for no piece of more than so many seconds.
  public Cutting within(double most) {
    double shorter = Math.min(longest, most);
    return new Cutting(Math.min(pause, shorter / 3), shorter, Math.min(earliest, shorter / 3));
  }
}
