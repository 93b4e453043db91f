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

  /// For captions: soon, for final texts that come soon. Only for who hears each piece as the end
  /// of what went before it.
  public static final Cutting SOON = new Cutting(0.3, 8, 3);

  /// For captions that may take their time, or are written by who hears nothing but the piece:
  /// longer ones are understood better. In our test conversations such pieces lose 1.3 % of their
  /// words more than whole files, cut at pauses of 0.6 s 3 %.
  public static final Cutting UNHURRIED = new Cutting(0.9, 12, 4);

  /// Of what is shorter Whisper makes words that nobody said, and each piece costs it the work of a
  /// whole window.
  static final double SHORTEST = 1.6;

  /// The same, but for no piece of more than so many seconds, or [#SHORTEST] if that is more.
  public Cutting within(double most) {
    double shorter = Math.min(longest, Math.max(SHORTEST, most));
    return new Cutting(Math.min(pause, shorter / 3), shorter, Math.min(earliest, shorter / 3));
  }
}
