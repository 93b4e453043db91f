package parley.speech.engine;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import parley.speech.transcript.Compression;

/// Tells repeated speech from a decoder that loops after losing track of the audio. The text looks
/// the same, but real repetitions take time: a loop's words are faster than anybody speaks, and the
/// surplus ones have no duration.
final class Loops {
  /// A text with a higher compression ratio is repetitive (OpenAI's `transcribe.py`).
  private static final double REPETITIVE = 2.4;

  /// Maximum speaking rate in characters per second; fast speech reaches 20. The constant allowance
  /// is for the shortest pieces.
  private static final double MAX_CHARACTERS_PER_SECOND = 25;

  private static final int EXTRA_CHARACTERS = 10;

  /// Minimum mean duration of the words of a phrase, in seconds.
  private static final double MIN_WORD_SECONDS = 0.06;

  /// How often a phrase of one or two words must repeat to be a possible loop; longer ones need
  /// only two occurrences.
  private static final int MIN_REPEATS = 4;

  private static final int SHORT_PHRASE = 2;

  /// Longer phrases are sentences, which repeat as whole segments.
  private static final int MAX_PHRASE = 20;

  private Loops() {}

  /// Removes repetitions without duration.
  static TimedHypothesis cut(TimedHypothesis said, Vocabulary vocabulary) {
    List<TimedHypothesis.TimedWord> words = said.words(vocabulary);
    BitSet unsaid =
        withoutLength(
            words.stream().map(word -> vocabulary.text(word.tokens())).toList(),
            words.stream().mapToDouble(word -> word.end() - word.begin()).toArray());
    if (unsaid.isEmpty()) {
      return said;
    }
    BitSet tokens = new BitSet();
    int token = 0;
    for (int word = 0; word < words.size(); word++) {
      int next = token + words.get(word).tokens().size();
      tokens.set(token, next, unsaid.get(word));
      token = next;
    }
    return said.without(tokens);
  }

  /// Returns which words belong to repetitions without duration.
  ///
  /// @param lengths duration of each word, in seconds
  static BitSet withoutLength(List<String> words, double[] lengths) {
    List<String> bare = words.stream().map(Loops::normalised).toList();
    BitSet unsaid = new BitSet();
    for (int length = 1; length <= MAX_PHRASE; length++) {
      int minRepeats = length <= SHORT_PHRASE ? MIN_REPEATS : 2;
      for (int start = 0; start + minRepeats * length <= bare.size(); start++) {
        int end = endOfRun(bare, start, length);
        if (end - start >= minRepeats * length) {
          for (int repeat = start + length; repeat < end; repeat += length) {
            double taken = Arrays.stream(lengths, repeat, repeat + length).sum();
            if (taken < MIN_WORD_SECONDS * length) {
              unsaid.set(repeat, repeat + length);
            }
          }
          start = end - length;
        }
      }
    }
    return unsaid;
  }

  /// Whether a text is a loop, as far as can be told without word times.
  ///
  /// @param speech seconds of speech that the text is meant to transcribe
  static boolean isLoop(String text, double speech) {
    return Compression.ratio(text) > REPETITIVE && isTooFast(text, speech);
  }

  /// Whether nobody could say the text in that time.
  static boolean isTooFast(String text, double speech) {
    return text.length() > EXTRA_CHARACTERS + MAX_CHARACTERS_PER_SECOND * speech;
  }

  private static int endOfRun(List<String> words, int start, int length) {
    int end = start + length;
    List<String> phrase = words.subList(start, end);
    while (end + length <= words.size() && phrase.equals(words.subList(end, end + length))) {
      end += length;
    }
    return end;
  }

  /// Removes case and punctuation, so that `Stop, stop, stop.` repeats.
  private static String normalised(String word) {
    String bare = word.replaceAll("[^\\p{L}\\p{N}]", "").toLowerCase(Locale.ROOT);
    return bare.isEmpty() ? word.strip() : bare;
  }
}
