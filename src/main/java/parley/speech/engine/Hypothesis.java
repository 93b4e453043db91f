package parley.speech.engine;

import java.util.List;

/// What Whisper may have heard in one window.
///
/// @param language index in [Languages] of the language it was written in
/// @param tokens after the prompt, without the end of the text
/// @param meanLogProbability of the tokens and the end
/// @param noSpeech the probability, before the first token, that nobody speaks
record Hypothesis(int language, List<Integer> tokens, double meanLogProbability, double noSpeech) {
  Hypothesis {
    tokens = List.copyOf(tokens);
  }

  /// The same with other tokens.
  Hypothesis with(List<Integer> others) {
    return new Hypothesis(language, others, meanLogProbability, noSpeech);
  }
}
