package parley.speech.transcript;

import org.jspecify.annotations.Nullable;

/// Options of a transcription.
///
/// @param language ISO 639-1 of the speech, or null to detect it
/// @param temperature sampling temperature, 0 to 1; 0 takes the likeliest tokens and samples only
///   if the result is implausible; null for the backend's default
/// @param task null to transcribe
public record SpeechOptions(
    @Nullable String language, @Nullable Double temperature, @Nullable SpeechTask task) {
  /// The defaults.
  public static final SpeechOptions PLAIN = new SpeechOptions(null, null);

  public SpeechOptions(@Nullable String language, @Nullable Double temperature) {
    this(language, temperature, null);
  }

  /// Returns the options for a recording in a known language; null to detect it.
  public static SpeechOptions in(@Nullable String language) {
    return new SpeechOptions(language, null);
  }

  /// Returns the same options for a translation into English.
  public SpeechOptions translating() {
    return new SpeechOptions(language, temperature, SpeechTask.TRANSLATE);
  }

  /// Whether the speech is to be translated into English.
  public boolean translates() {
    return task == SpeechTask.TRANSLATE;
  }
}
