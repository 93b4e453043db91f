package parley.speech.engine;

import java.util.ArrayList;
import java.util.List;

/// A hypothesis of Whisper by words, in which some can be exchanged.
///
/// @param hypothesis whose words they are
/// @param starts index in the hypothesis of the first token of each word
/// @param words their text, with punctuation
record WrittenWords(Hypothesis hypothesis, List<Integer> starts, List<String> words) {
  static WrittenWords of(Hypothesis hypothesis, Vocabulary vocabulary) {
    List<Integer> indices = new ArrayList<>();
    List<Integer> text = new ArrayList<>();
    for (int i = 0; i < hypothesis.tokens().size(); i++) {
      int token = hypothesis.tokens().get(i);
      if (!Vocabulary.isTimestamp(token)) {
        indices.add(i);
        text.add(token);
      }
    }
    List<Integer> starts = new ArrayList<>();
    List<String> words = new ArrayList<>();
    int at = 0;
    for (List<Integer> word : vocabulary.words(text, true)) {
      starts.add(indices.get(at));
      words.add(vocabulary.text(word).strip());
      at += word.size();
    }
    return new WrittenWords(hypothesis, starts, words);
  }

  boolean isEmpty() {
    return words.isEmpty();
  }

  /// Returns the tokens without timestamps.
  List<Integer> textTokens() {
    return hypothesis.tokens().stream().filter(token -> !Vocabulary.isTimestamp(token)).toList();
  }

  /// Returns these words with those of `others` in the places given. Timestamps stay where they
  /// are; a new word has the mean log probability of all tokens, since it was not decoded.
  WrittenWords with(List<WordDifference> places, List<String> others, Vocabulary vocabulary) {
    List<Integer> tokens = new ArrayList<>();
    List<Double> logProbabilities = new ArrayList<>();
    int at = 0;
    for (WordDifference place : places) {
      copy(at, start(place.start()), true, tokens, logProbabilities);
      for (String word : others.subList(place.otherStart(), place.otherEnd())) {
        for (int token : vocabulary.encode(" " + word)) {
          tokens.add(token);
          logProbabilities.add(hypothesis.meanLogProbability());
        }
      }
      copy(start(place.start()), start(place.end()), false, tokens, logProbabilities);
      at = start(place.end());
    }
    copy(at, hypothesis.tokens().size(), true, tokens, logProbabilities);
    return of(hypothesis.with(tokens, logProbabilities), vocabulary);
  }

  /// Returns the index of the first token of a word; words are added after the last one before the
  /// timestamp that follows it.
  private int start(int word) {
    if (word < starts.size()) {
      return starts.get(word);
    }
    int end = hypothesis.tokens().size();
    while (end > 0 && Vocabulary.isTimestamp(hypothesis.tokens().get(end - 1))) {
      end--;
    }
    return end;
  }

  private void copy(
      int from, int to, boolean text, List<Integer> tokens, List<Double> logProbabilities) {
    for (int i = from; i < to; i++) {
      int token = hypothesis.tokens().get(i);
      if (text || Vocabulary.isTimestamp(token)) {
        tokens.add(token);
        logProbabilities.add(hypothesis.logProbabilities().get(i));
      }
    }
  }
}
