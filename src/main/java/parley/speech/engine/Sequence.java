package parley.speech.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A transcript while it is decoded.
///
/// @param tokens after the prompt's head, the prefix included
/// @param logProbability the sum over the tokens after the prefix
record Sequence(List<Integer> tokens, double logProbability) {
  Sequence with(int token, double newLogProbability) {
    List<Integer> longer = new ArrayList<>(tokens);
    longer.add(token);
    return new Sequence(longer, newLogProbability);
  }

  /// The likeliest by the mean of its tokens, without its prefix (OpenAI's
  /// `MaximumLikelihoodRanker` without a length penalty).
  static Hypothesis likeliest(
      List<Sequence> sequences, WhisperPrompt prompt, LanguageDetection detection) {
    int given = prompt.prefix().size();
    Sequence best =
        sequences.stream()
            .max(Comparator.comparingDouble(sequence -> sequence.mean(given)))
            .orElseThrow();
    return new Hypothesis(
        prompt.language(),
        best.tokens.subList(given, best.tokens.size()),
        best.mean(given),
        detection.noSpeech());
  }

  /// Of all tokens but the first `given`, and of the end.
  private double mean(int given) {
    return logProbability / (tokens.size() - given + 1);
  }
}
