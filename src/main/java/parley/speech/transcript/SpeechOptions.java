package parley.speech.transcript;

import org.jspecify.annotations.Nullable;

/// Options of a transcription.
///
/// @param language ISO 639-1 of the speech, or null to detect it
/// @param temperature sampling temperature, 0 to 1; 0 takes the likeliest tokens and samples only
///   if the result is implausible; null for the backend's default
/// @param task null to transcribe
/// @param keyterms names and terms that are likely to be spoken
/// @param prompt text that came before the recording, or whose style the transcript should follow,
///   of which the end is kept; null for none
public record SpeechOptions(
    @Nullable String language,
    @Nullable Double temperature,
    @Nullable SpeechTask task,
    Keyterms keyterms,
    @Nullable String prompt) {
  /// The last characters of a prompt that are kept; Whisper reads no more than 224 tokens, and most
  /// tokens have fewer than eight characters.
  private static final int MAX_PROMPT = 2000;

  /// The defaults.
  public static final SpeechOptions PLAIN = new SpeechOptions(null, null);

  @SuppressWarnings("ConstantValue") // requests of jobs queued by earlier versions have no keyterms
  public SpeechOptions {
    keyterms = keyterms == null ? Keyterms.NONE : keyterms;
    prompt = prompt == null ? null : end(prompt);
  }

  private static String end(String prompt) {
    int start = Math.max(0, prompt.length() - MAX_PROMPT);
    return prompt.substring(
        start > 0 && Character.isLowSurrogate(prompt.charAt(start)) ? start + 1 : start);
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
