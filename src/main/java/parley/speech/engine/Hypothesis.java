package parley.speech.engine;

import java.util.List;

/// What Whisper may have heard in one window.
///
/// @param language index in [Languages] of the language it was written in
/// @param tokens after the prompt, without the end of the text
/// @param logProbabilities of each of the tokens as they were decoded
/// @param meanLogProbability of the tokens and the end
/// @param noSpeech the probability, before the first token, that nobody speaks
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

  /// The same with only some of its tokens.
  Hypothesis with(List<Integer> kept, List<Double> keptLogProbabilities) {
    return new Hypothesis(language, kept, keptLogProbabilities, meanLogProbability, noSpeech);
  }
}
