package parley.speech.live;

/// Where the captions of a stream go.
interface Audience {
  /// Shows a caption, or who a speaker is; must not block.
  ///
  /// @return false when nobody is there any more
  boolean show(LiveFrame frame);
}
