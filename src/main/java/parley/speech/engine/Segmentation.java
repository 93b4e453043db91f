package parley.speech.engine;

/// Where a stream of sound is cut into pieces.
///
/// @param pause seconds of silence that end a piece
/// @param maxSeconds a piece is cut before it has more seconds
/// @param minSeconds no cut leaves a piece of fewer seconds
public record Segmentation(double pause, double maxSeconds, double minSeconds) {
  /// For files, where nobody waits. Whisper sees 30 seconds at once; the last ones are left silent,
  /// which tells it of the end.
  static final Segmentation FILES = new Segmentation(2, 28, 10);

  /// For captions: soon, for final texts that come soon. Only for who hears each piece as the end
  /// of what went before it.
  public static final Segmentation LOW_LATENCY = new Segmentation(0.3, 8, 3);

  /// For captions that may take their time, or are written by who hears nothing but the piece:
  /// longer ones are understood better. In our test conversations such pieces lose 1.3 % of their
  /// words more than whole files, cut at pauses of 0.6 s 3 %.
  public static final Segmentation RELAXED = new Segmentation(0.9, 12, 4);

  /// Of what is shorter Whisper makes words that nobody said, and each piece costs it the work of a
  /// whole window.
  static final double MIN_SECONDS = 1.6;

  /// The same, but for no piece of more than so many seconds, or [#MIN_SECONDS] if that is more.
  public Segmentation within(double max) {
    double bounded = Math.min(maxSeconds, Math.max(MIN_SECONDS, max));
    return new Segmentation(
        Math.min(pause, bounded / 3), bounded, Math.min(minSeconds, bounded / 3));
  }
}
