package parley.speech.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A beam's transcript so far.
///
/// @param tokens after the prompt's head, including the prefix
/// @param sums cumulative log probability after each token that follows the prefix
/// @param logProbability of everything decoded, including the end of the text once reached
/// @param matches the keyterms in it
record Sequence(
    List<Integer> tokens, List<Double> sums, double logProbability, KeytermTrie.Matches matches) {
  static Sequence begin(List<Integer> prefix) {
    return new Sequence(prefix, List.of(), 0, KeytermTrie.Matches.NONE);
  }

  Sequence with(int token, double newLogProbability, KeytermTrie.Matches newMatches) {
    return new Sequence(
        with(tokens, token), with(sums, newLogProbability), newLogProbability, newMatches);
  }

  Sequence ended(double newLogProbability) {
    return new Sequence(tokens, sums, newLogProbability, matches);
  }

  /// Returns the sequence with the highest mean log probability, without its prefix (OpenAI's
  /// `MaximumLikelihoodRanker` without a length penalty). Keyterms count for the choice only.
  static Hypothesis likeliest(
      List<Sequence> sequences, WhisperPrompt prompt, LanguageDetection detection) {
    Sequence best =
        sequences.stream().max(Comparator.comparingDouble(Sequence::rank)).orElseThrow();
    List<Double> logProbabilities = new ArrayList<>();
    double before = 0;
    for (double sum : best.sums) {
      logProbabilities.add(sum - before);
      before = sum;
    }
    return new Hypothesis(
        prompt.language(),
        prompt.textLanguage(),
        best.tokens.subList(prompt.prefix().size(), best.tokens.size()),
        logProbabilities,
        best.logProbability / best.length(),
        detection.noSpeech());
  }

  private double rank() {
    return (logProbability + matches.settled()) / length();
  }

  /// Returns the number of decoded tokens, including the end of the text.
  private int length() {
    return sums.size() + 1;
  }

  private static <T> List<T> with(List<T> list, T added) {
    List<T> longer = new ArrayList<>(list);
    longer.add(added);
    return longer;
  }
}
