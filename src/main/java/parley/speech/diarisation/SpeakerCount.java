package parley.speech.diarisation;

/// The number of speakers to distinguish in a recording.
///
/// @param min at least so many, as far as there is speech enough; from 1
/// @param max at most so many, not below `min`
public record SpeakerCount(int min, int max) {
  /// The most that can be distinguished.
  public static final int MAX = 64;

  /// Any number.
  public static final SpeakerCount ANY = new SpeakerCount(1, MAX);

  /// @throws IllegalArgumentException outside 1 to [#MAX], or with `max` below `min`
  public SpeakerCount {
    if (min < 1 || max < min || max > MAX) {
      throw new IllegalArgumentException(
          "A number of speakers is 1 to " + MAX + ": " + min + " to " + max);
    }
  }

  /// Exactly this number.
  public static SpeakerCount exactly(int count) {
    return new SpeakerCount(count, count);
  }
}
