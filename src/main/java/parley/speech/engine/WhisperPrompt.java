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
/// @param previous tokens of the text that came before; empty for none
/// @param prefix tokens of the transcript that are taken as given
record WhisperPrompt(
    int language,
    SpeechTask task,
    boolean timestamps,
    List<Integer> previous,
    List<Integer> prefix) {
  /// Tokens per second, faster than anybody speaks, and an allowance for timestamps and the start.
  private static final int TOKENS_PER_SECOND = 12;

  private static final int EXTRA_TOKENS = 20;

  private static final int ENGLISH = Languages.indexOf("en");

  WhisperPrompt {
    previous = List.copyOf(previous);
    prefix = List.copyOf(prefix);
  }

  /// Returns a prompt for a transcript with timestamps.
  static WhisperPrompt withTimestamps(
      int language, SpeechTask task, List<Integer> previous, List<Integer> prefix) {
    return new WhisperPrompt(language, task, true, previous, prefix);
  }

  /// Returns a prompt for text only.
  static WhisperPrompt withoutTimestamps(int language, List<Integer> prefix) {
    return new WhisperPrompt(language, SpeechTask.TRANSCRIBE, false, List.of(), prefix);
  }

  /// Returns the maximum number of tokens of the transcript, including the prefix: enough for this
  /// many seconds, at most half of the decoder's positions (OpenAI's `sample_len`), and no more
  /// than the decoder has left.
  int maxTokens(double seconds) {
    int needed =
        Math.min(WhisperModel.MAX_TOKENS / 2, (int) (EXTRA_TOKENS + seconds * TOKENS_PER_SECOND));
    return Math.min(prefix.size() + needed, WhisperModel.MAX_TOKENS - headLength() - 1);
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
    return (timestamps ? 3 : 4) + (previous.isEmpty() ? 0 : previous.size() + 1);
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
    if (!previous.isEmpty()) {
      head =
          LongStream.concat(
              LongStream.concat(LongStream.of(Vocabulary.START_OF_PREVIOUS), numbers(previous)),
              head);
    }
    return LongStream.concat(head, numbers(prefix)).toArray();
  }

  private static LongStream numbers(List<Integer> tokens) {
    return tokens.stream().mapToLong(Integer::longValue);
  }
}
