package parley.speech.engine;

import java.util.List;
import java.util.stream.IntStream;

/// A candidate transcript of one window.
///
/// @param language index in [Languages] of the language spoken
/// @param textLanguage index of the language of the text, which differs for a translation
/// @param tokens after the prompt, without the end-of-text token
/// @param logProbabilities of each token
/// @param meanLogProbability over the tokens and the end of the text
/// @param noSpeech probability before the first token that the window is silent
record Hypothesis(
    int language,
    int textLanguage,
    List<Integer> tokens,
    List<Double> logProbabilities,
    double meanLogProbability,
    double noSpeech) {
  /// A window with a higher no-speech probability and a lower mean log probability than these
  /// counts as silent (OpenAI's `transcribe.py`).
  private static final double NO_SPEECH = 0.6;

  static final double LOW_LOG_PROBABILITY = -1.0;

  Hypothesis {
    tokens = List.copyOf(tokens);
    logProbabilities = List.copyOf(logProbabilities);
  }

  /// Returns the log probabilities of the tokens that are not timestamps.
  List<Double> textLogProbabilities() {
    return IntStream.range(0, tokens.size())
        .filter(i -> !Vocabulary.isTimestamp(tokens.get(i)))
        .mapToObj(logProbabilities::get)
        .toList();
  }

  /// Whether Whisper itself considers the window silent.
  boolean isNoSpeech() {
    return noSpeech > NO_SPEECH && meanLogProbability < LOW_LOG_PROBABILITY;
  }

  /// Returns a copy with only these tokens.
  Hypothesis with(List<Integer> kept, List<Double> keptLogProbabilities) {
    return new Hypothesis(
        language, textLanguage, kept, keptLogProbabilities, meanLogProbability, noSpeech);
  }
}
