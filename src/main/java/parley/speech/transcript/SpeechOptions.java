package parley.speech.transcript;

import org.jspecify.annotations.Nullable;

/// Options of a transcription.
///
/// @param language ISO 639-1, or null to detect it
/// @param temperature sampling temperature, 0 to 1; 0 takes the likeliest tokens and samples only
///   if the result is implausible; null for the backend's default
public record SpeechOptions(@Nullable String language, @Nullable Double temperature) {
  /// The defaults.
  public static final SpeechOptions PLAIN = new SpeechOptions(null, null);

  /// Returns the options for a recording in a known language; null to detect it.
  public static SpeechOptions in(@Nullable String language) {
    return new SpeechOptions(language, null);
  }
}
