package parley.speech.realtime;

/// A stretch of audio that becomes one message with one text.
final class AudioItem {
  /// What says that all text of an item is there.
  enum End {
    /// It is still being spoken.
    NONE,
    /// The end of its utterance.
    UTTERANCE,
    /// The answer to a flush.
    FLUSH
  }

  final String id = ServerEvent.id("item_");
  final GrowingText text = new GrowingText();

  /// Whether the client may see its text already.
  boolean shown;

  /// Whether its text is thrown away.
  boolean dropped;

  End end = End.NONE;

  /// Seconds of the session at which its audio begins.
  double start;

  /// Seconds of audio, once it is committed.
  double seconds;

  /// @param start seconds of the session
  AudioItem(double start, boolean shown) {
    this.start = start;
    this.shown = shown;
  }
}
