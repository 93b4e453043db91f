package parley.speech.engine;

import java.util.List;
import java.util.stream.LongStream;

/// What the decoder is given before it writes: the start, the language, the task, and the text that
/// the transcript begins with (the multitask format of Radford et al. 2022, "Robust Speech
/// Recognition via Large-Scale Weak Supervision", figure 1).
///
/// @param language index in [Languages]
/// @param timestamps whether the transcript has times; without them decoding is cheaper
/// @param prefix tokens of the transcript that are not questioned
record WhisperPrompt(int language, boolean timestamps, List<Integer> prefix) {
  /// Tokens per second, faster than anybody speaks, and some for times and the beginning.
  private static final int TOKENS_PER_SECOND = 12;

  private static final int TOKENS_BESIDES = 20;

  WhisperPrompt {
    prefix = List.copyOf(prefix);
  }

  /// A prompt for a transcript with times.
  static WhisperPrompt withTimestamps(int language, List<Integer> prefix) {
    return new WhisperPrompt(language, true, prefix);
  }

  /// A prompt for text alone.
  static WhisperPrompt withoutTimestamps(int language, List<Integer> prefix) {
    return new WhisperPrompt(language, false, prefix);
  }

  /// How many tokens a transcript of so many seconds has at most; never more than half of the
  /// decoder's positions (OpenAI's `sample_len`).
  static int maxTokens(double seconds) {
    return Math.min(
        WhisperModel.MAX_TOKENS / 2, (int) (TOKENS_BESIDES + seconds * TOKENS_PER_SECOND));
  }

  /// How many tokens stand before the prefix.
  int headLength() {
    return timestamps ? 3 : 4;
  }

  /// All tokens, the prefix included.
  long[] tokens() {
    LongStream head =
        LongStream.of(
            Vocabulary.START_OF_TRANSCRIPT,
            (long) Vocabulary.FIRST_LANGUAGE + language,
            Vocabulary.TRANSCRIBE);
    if (!timestamps) {
      head = LongStream.concat(head, LongStream.of(Vocabulary.WITHOUT_TIMESTAMPS));
    }
    return LongStream.concat(head, prefix.stream().mapToLong(Integer::longValue)).toArray();
  }
}
