package parley.speech.diarisation;

/// How many people may be told apart in a recording.
///
/// @param min at least so many, as far as there is speech enough; from 1
/// @param max at most so many, not below `min`
public record SpeakerCount(int min, int max) {
  /// More than this nobody can follow either.
  public static final int MAX = 64;

  /// As many as are heard.
  public static final SpeakerCount ANY = new SpeakerCount(1, MAX);

  /// @throws IllegalArgumentException outside 1 to [#MAX], or with `max` below `min`
  public SpeakerCount {
    if (min < 1 || max < min || max > MAX) {
      throw new IllegalArgumentException(
          "A number of speakers is 1 to " + MAX + ": " + min + " to " + max);
    }
  }

  /// Just so many.
  public static SpeakerCount exactly(int count) {
    return new SpeakerCount(count, count);
  }
}
