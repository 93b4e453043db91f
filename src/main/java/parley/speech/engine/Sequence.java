package parley.speech.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A transcript while it is decoded.
///
/// @param tokens after the prompt's head, the prefix included
/// @param sums the log probability of what was decoded up to each token behind the prefix
/// @param logProbability of all that was decoded, the end included where it has come
record Sequence(List<Integer> tokens, List<Double> sums, double logProbability) {
  static Sequence begin(List<Integer> prefix) {
    return new Sequence(prefix, List.of(), 0);
  }

  Sequence with(int token, double newLogProbability) {
    return new Sequence(with(tokens, token), with(sums, newLogProbability), newLogProbability);
  }

  Sequence ended(double newLogProbability) {
    return new Sequence(tokens, sums, newLogProbability);
  }

  /// The likeliest by the mean of its tokens, without its prefix (OpenAI's
  /// `MaximumLikelihoodRanker` without a length penalty).
  static Hypothesis likeliest(
      List<Sequence> sequences, WhisperPrompt prompt, LanguageDetection detection) {
    Sequence best =
        sequences.stream().max(Comparator.comparingDouble(Sequence::mean)).orElseThrow();
    List<Double> logProbabilities = new ArrayList<>();
    double before = 0;
    for (double sum : best.sums) {
      logProbabilities.add(sum - before);
      before = sum;
    }
    return new Hypothesis(
        prompt.language(),
        best.tokens.subList(prompt.prefix().size(), best.tokens.size()),
        logProbabilities,
        best.mean(),
        detection.noSpeech());
  }

  /// Of all tokens that were decoded, and of the end.
  private double mean() {
    return logProbability / (sums.size() + 1);
  }

  private static <T> List<T> with(List<T> list, T added) {
    List<T> longer = new ArrayList<>(list);
    longer.add(added);
    return longer;
  }
}
