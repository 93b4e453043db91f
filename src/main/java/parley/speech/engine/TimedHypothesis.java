package parley.speech.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// A hypothesis, and when its text was said.
///
/// @param times when each token that is no timestamp begins, in seconds of the window; at last,
///   where the last one ends
@SuppressWarnings("ArrayRecordComponent") // never compared
record TimedHypothesis(Hypothesis hypothesis, double[] times) {
  /// One word; times in seconds of the window.
  record TimedWord(List<Integer> tokens, double begin, double end) {}

  /// The words in order.
  List<TimedWord> words(Vocabulary vocabulary) {
    List<Integer> text =
        hypothesis.tokens().stream().filter(token -> !Vocabulary.isTimestamp(token)).toList();
    return words(vocabulary, text, 0);
  }

  /// The words of some of the text's tokens, of which `first` come before.
  List<TimedWord> words(Vocabulary vocabulary, List<Integer> text, int first) {
    boolean spaces = SegmentBuilder.putsSpaces(hypothesis.language());
    List<TimedWord> words = new ArrayList<>();
    int at = first;
    for (List<Integer> word : vocabulary.words(text, spaces)) {
      words.add(new TimedWord(word, times[at], times[at + word.size()]));
      at += word.size();
    }
    return words;
  }

  /// The same without the text tokens with these numbers.
  TimedHypothesis without(BitSet dropped) {
    List<Integer> kept = new ArrayList<>();
    double[] keptTimes = new double[times.length - dropped.cardinality()];
    int from = 0;
    int to = 0;
    for (int token : hypothesis.tokens()) {
      boolean text = !Vocabulary.isTimestamp(token);
      if (!text || !dropped.get(from)) {
        kept.add(token);
      }
      if (text) {
        if (!dropped.get(from)) {
          keptTimes[to++] = times[from];
        }
        from++;
      }
    }
    keptTimes[to] = times[from];
    return new TimedHypothesis(hypothesis.with(kept), keptTimes);
  }

  /// What it says of the time before `end`, in seconds of the window.
  TimedHypothesis until(double end) {
    List<Integer> kept = new ArrayList<>();
    int count = 0;
    for (int token : hypothesis.tokens()) {
      if (Vocabulary.isTimestamp(token)) {
        kept.add(Vocabulary.timestamp(Math.min(Vocabulary.secondsOf(token), end)));
      } else if (times[count] < end) {
        kept.add(token);
        count++;
      } else {
        break;
      }
    }
    double[] keptTimes = Arrays.copyOf(times, count + 1);
    keptTimes[count] = Math.min(keptTimes[count], end);
    return new TimedHypothesis(hypothesis.with(kept), keptTimes);
  }
}
