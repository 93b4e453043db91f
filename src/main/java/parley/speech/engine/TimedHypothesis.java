package parley.speech.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// A hypothesis with token times.
///
/// @param times start of each token that is not a timestamp, in seconds from the start of the
///   window, followed by the end of the last one
@SuppressWarnings("ArrayRecordComponent") // never compared
record TimedHypothesis(Hypothesis hypothesis, double[] times) {
  /// A word; times in seconds from the start of the window.
  ///
  /// @param logProbabilities of each token
  record TimedWord(List<Integer> tokens, List<Double> logProbabilities, double begin, double end) {}

  /// Returns the words in order.
  List<TimedWord> words(Vocabulary vocabulary) {
    List<Integer> text =
        hypothesis.tokens().stream().filter(token -> !Vocabulary.isTimestamp(token)).toList();
    return words(vocabulary, text, 0);
  }

  /// Returns the words of a run of text tokens that starts at text token number `first`.
  List<TimedWord> words(Vocabulary vocabulary, List<Integer> text, int first) {
    boolean spaces = SegmentBuilder.putsSpaces(hypothesis.textLanguage());
    List<Double> logProbabilities = hypothesis.textLogProbabilities();
    List<TimedWord> words = new ArrayList<>();
    int at = first;
    for (List<Integer> word : vocabulary.words(text, spaces)) {
      int end = at + word.size();
      words.add(new TimedWord(word, logProbabilities.subList(at, end), times[at], times[end]));
      at = end;
    }
    return words;
  }

  /// Returns a copy without the text tokens with these numbers.
  TimedHypothesis without(BitSet dropped) {
    Copy copy = new Copy();
    int text = 0;
    for (int i = 0; i < hypothesis.tokens().size(); i++) {
      int token = hypothesis.tokens().get(i);
      if (Vocabulary.isTimestamp(token)) {
        copy.add(i, token);
      } else if (!dropped.get(text++)) {
        copy.add(i, token, times[text - 1]);
      }
    }
    return copy.ending(times[text]);
  }

  /// Returns the part before `end`, in seconds from the start of the window.
  TimedHypothesis until(double end) {
    Copy copy = new Copy();
    int text = 0;
    for (int i = 0; i < hypothesis.tokens().size(); i++) {
      int token = hypothesis.tokens().get(i);
      if (Vocabulary.isTimestamp(token)) {
        copy.add(i, Vocabulary.timestamp(Math.min(Vocabulary.secondsOf(token), end)));
      } else if (times[text] < end) {
        copy.add(i, token, times[text++]);
      } else {
        break;
      }
    }
    return copy.ending(Math.min(times[text], end));
  }

  /// Builds a copy with some of the tokens.
  private final class Copy {
    private final List<Integer> tokens = new ArrayList<>();
    private final List<Double> logProbabilities = new ArrayList<>();
    private final double[] textTimes = new double[times.length];
    private int text;

    void add(int index, int token) {
      tokens.add(token);
      logProbabilities.add(hypothesis.logProbabilities().get(index));
    }

    void add(int index, int token, double time) {
      add(index, token);
      textTimes[text++] = time;
    }

    TimedHypothesis ending(double end) {
      textTimes[text] = end;
      return new TimedHypothesis(
          hypothesis.with(tokens, logProbabilities), Arrays.copyOf(textTimes, text + 1));
    }
  }
}
