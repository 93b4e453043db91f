package parley.speech.engine;

import java.util.List;

/// What Whisper may have heard in one window.
///
/// @param tokens after the prompt, without the end of the text
/// @param meanLogProbability of the tokens and the end
/// @param noSpeech the probability, before the first token, that nobody speaks
record Hypothesis(List<Integer> tokens, double meanLogProbability, double noSpeech) {
  Hypothesis {
    tokens = List.copyOf(tokens);
  }
}
