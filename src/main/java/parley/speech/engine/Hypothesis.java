package parley.speech.engine;

import java.util.List;

/// A candidate transcript of one window.
///
/// @param language index in [Languages] of the language it was decoded in
/// @param tokens after the prompt, without the end-of-text token
/// @param logProbabilities of each token
/// @param meanLogProbability over the tokens and the end of the text
/// @param noSpeech probability before the first token that the window is silent
record Hypothesis(
    int language,
    List<Integer> tokens,
    List<Double> logProbabilities,
    double meanLogProbability,
    double noSpeech) {
  Hypothesis {
    tokens = List.copyOf(tokens);
    logProbabilities = List.copyOf(logProbabilities);
  }

  /// Returns a copy with only these tokens.
  Hypothesis with(List<Integer> kept, List<Double> keptLogProbabilities) {
    return new Hypothesis(language, kept, keptLogProbabilities, meanLogProbability, noSpeech);
  }
}
