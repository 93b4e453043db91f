package parley.speech.transcript;

import org.jspecify.annotations.Nullable;

/// Options of a transcription.
///
/// @param language ISO 639-1 of the speech, or null to detect it
/// @param temperature sampling temperature, 0 to 1; 0 takes the likeliest tokens and samples only
///   if the result is implausible; null for the backend's default
/// @param task null to transcribe
/// @param keyterms names and terms that are likely to be spoken
/// @param prompt text that came before the recording, or whose style the transcript should follow;
///   null for none
public record SpeechOptions(
    @Nullable String language,
    @Nullable Double temperature,
    @Nullable SpeechTask task,
    Keyterms keyterms,
    @Nullable String prompt) {
  /// The defaults.
  public static final SpeechOptions PLAIN = new SpeechOptions(null, null);

  @SuppressWarnings("ConstantValue") // requests of jobs queued by earlier versions have no keyterms
  public SpeechOptions {
    keyterms = keyterms == null ? Keyterms.NONE : keyterms;
  }

  /// Options of a transcription without keyterms and prompt.
  public SpeechOptions(@Nullable String language, @Nullable Double temperature) {
    this(language, temperature, null, Keyterms.NONE, null);
  }

  /// Returns the options for a recording in a known language; null to detect it.
  public static SpeechOptions in(@Nullable String language) {
    return new SpeechOptions(language, null);
  }

  /// Returns the same options for a translation into English.
  public SpeechOptions translating() {
    return new SpeechOptions(language, temperature, SpeechTask.TRANSLATE, keyterms, prompt);
  }

  /// Whether the speech is to be translated into English.
  public boolean translates() {
    return task == SpeechTask.TRANSLATE;
  }
}
