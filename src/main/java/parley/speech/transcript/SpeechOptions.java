package parley.speech.transcript;

import org.jspecify.annotations.Nullable;

/// How a recording is to be transcribed.
///
/// @param language ISO 639-1, or null to have it detected
/// @param temperature 0 to 1, how freely words are chosen by chance; at 0 the likeliest are taken,
///   and chance decides only where those look wrong; null for the backend's own choice
public record SpeechOptions(@Nullable String language, @Nullable Double temperature) {
  /// Nothing asked for.
  public static final SpeechOptions PLAIN = new SpeechOptions(null, null);

  /// A recording in a known language; null to have it detected.
  public static SpeechOptions in(@Nullable String language) {
    return new SpeechOptions(language, null);
  }
}
