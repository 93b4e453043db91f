package parley.speech.engine;

import java.util.List;
import java.util.stream.LongStream;
import parley.speech.transcript.Languages;
import parley.speech.transcript.SpeechTask;

/// The decoder's prompt: start, language, task, and the text that the transcript begins with (the
/// multitask format of Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak
/// Supervision", figure 1).
///
/// @param language index in [Languages]
/// @param task whether to transcribe or to translate into English
/// @param timestamps whether to decode timestamps; decoding without them is cheaper
/// @param prefix tokens of the transcript that are taken as given
record WhisperPrompt(int language, SpeechTask task, boolean timestamps, List<Integer> prefix) {
  /// Tokens per second, faster than anybody speaks, and an allowance for timestamps and the start.
  private static final int TOKENS_PER_SECOND = 12;

  private static final int EXTRA_TOKENS = 20;

  private static final int ENGLISH = Languages.indexOf("en");

  WhisperPrompt {
    prefix = List.copyOf(prefix);
  }

  /// Returns a prompt for a transcript with timestamps.
  static WhisperPrompt withTimestamps(int language, SpeechTask task, List<Integer> prefix) {
    return new WhisperPrompt(language, task, true, prefix);
  }

  /// Returns a prompt for text only.
  static WhisperPrompt withoutTimestamps(int language, List<Integer> prefix) {
    return new WhisperPrompt(language, SpeechTask.TRANSCRIBE, false, prefix);
  }

  /// Returns the maximum number of tokens for this many seconds, never more than half of the
  /// decoder's positions (OpenAI's `sample_len`).
  static int maxTokens(double seconds) {
    return Math.min(
        WhisperModel.MAX_TOKENS / 2, (int) (EXTRA_TOKENS + seconds * TOKENS_PER_SECOND));
  }

  /// Returns the index in [Languages] of the language of the text.
  int textLanguage() {
    return switch (task) {
      case TRANSCRIBE -> language;
      case TRANSLATE -> ENGLISH;
    };
  }

  /// Returns the number of tokens before the prefix.
  int headLength() {
    return timestamps ? 3 : 4;
  }

  /// Returns all tokens, including the prefix.
  long[] tokens() {
    LongStream head =
        LongStream.of(
            Vocabulary.START_OF_TRANSCRIPT,
            (long) Vocabulary.FIRST_LANGUAGE + language,
            switch (task) {
              case TRANSCRIBE -> Vocabulary.TRANSCRIBE;
              case TRANSLATE -> Vocabulary.TRANSLATE;
            });
    if (!timestamps) {
      head = LongStream.concat(head, LongStream.of(Vocabulary.WITHOUT_TIMESTAMPS));
    }
    return LongStream.concat(head, prefix.stream().mapToLong(Integer::longValue)).toArray();
  }
}
