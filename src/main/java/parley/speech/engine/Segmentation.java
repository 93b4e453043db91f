package parley.speech.engine;

import org.jspecify.annotations.Nullable;

/// Where a stream of audio is cut into pieces.
///
/// @param pause seconds of silence that end a piece
/// @param pauseAfterLittle the same for a piece of less than [#LITTLE] seconds
/// @param maxSeconds maximum duration of a piece
/// @param minSeconds minimum duration of a piece that is cut before its end
public record Segmentation(
    double pause, double pauseAfterLittle, double maxSeconds, double minSeconds) {
  /// Short pieces are recognised worse, so it is worth waiting a little for more.
  static final double LITTLE = 3.5;

  /// For files, where nobody waits. Whisper sees 30 seconds at once; the last two stay silent,
  /// which marks the end of the speech.
  static final Segmentation FILES = new Segmentation(2, 28, 10);

  /// For captions with low latency. Requires a recogniser that sees the preceding pieces as
  /// context.
  public static final Segmentation LOW_LATENCY = new Segmentation(0.3, 8, 3);

  /// For captions with low latency by a recogniser that sees no preceding pieces and writes them at
  /// once, as soon as the pause is over. Moonshine's word error rate on our conversations is 12.1 %
  /// with pauses of 0.3 s and 8 s, 11.0 % with 0.5 s and 12 s, 10.8 % with these, and 10.4 % with
  /// 0.7 s for all, which is too long to wait for.
  public static final Segmentation WITHOUT_CONTEXT = new Segmentation(0.5, 0.7, 12, 3);

  /// For captions that may lag, or a recogniser without context: longer pieces are recognised
  /// better. On our test conversations these pieces lose 1.3 % more words than whole files; with
  /// cuts at pauses of 0.6 s it is 3 %.
  public static final Segmentation RELAXED = new Segmentation(0.9, 12, 4);

  /// Whisper hallucinates on shorter pieces, and each piece costs a whole window.
  static final double MIN_SECONDS = 1.6;

  public Segmentation(double pause, double maxSeconds, double minSeconds) {
    this(pause, pause, maxSeconds, minSeconds);
  }

  /// Returns this segmentation with no longer pauses than those that end an utterance.
  ///
  /// @param utterancePause seconds; null if utterances do not matter
  public Segmentation endingWithin(@Nullable Double utterancePause) {
    double most = utterancePause == null ? pauseAfterLittle : utterancePause;
    return new Segmentation(
        Math.min(pause, most), Math.min(pauseAfterLittle, most), maxSeconds, minSeconds);
  }

  /// Returns this segmentation with pieces of at most `max` seconds, or [#MIN_SECONDS] if that is
  /// more.
  public Segmentation within(double max) {
    double bounded = Math.min(maxSeconds, Math.max(MIN_SECONDS, max));
    return new Segmentation(
        Math.min(pause, bounded / 3), bounded, Math.min(minSeconds, bounded / 3));
  }
}
