package parley.speech.engine;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import parley.speech.transcript.Compression;

/// Tells what people repeat from what a recogniser says again and again when it has lost the sound.
/// Both look alike in the text. But what was said took its time, while a loop finds no sound for
/// its words: they come faster than anybody speaks, and those too many have no length.
final class Loops {
  /// A text that zlib shrinks to less than 1/2.4 repeats itself (OpenAI's `transcribe.py`).
  private static final double REPETITIVE = 2.4;

  /// Characters a second: fast talk has up to 20. The few besides are for the shortest pieces.
  private static final double MAX_CHARACTERS_PER_SECOND = 25;

  private static final int BESIDES = 10;

  /// Seconds that each word of a phrase takes at least on average.
  private static final double MIN_WORD_SECONDS = 0.06;

  /// So many times in a row a phrase of one or two words may be a loop; a longer one from the
  /// second time on.
  private static final int MIN_REPEATS = 4;

  private static final int SHORT_PHRASE = 2;

  /// Longer phrases than this are sentences, and those come back as whole segments.
  private static final int MAX_PHRASE = 20;

  private Loops() {}

  /// Takes out the repeats that have no length.
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

  /// Which words belong to repeats of a phrase that have no length.
  ///
  /// @param lengths of the words, in seconds
  static BitSet withoutLength(List<String> words, double[] lengths) {
    List<String> bare = words.stream().map(Loops::bare).toList();
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

  /// Whether a text is a loop by what can be told without the times of its words.
  ///
  /// @param speech seconds in which it is said to have been spoken
  static boolean isLoop(String text, double speech) {
    return Compression.ratio(text) > REPETITIVE && isTooFast(text, speech);
  }

  /// Whether nobody says so much in that time.
  static boolean isTooFast(String text, double speech) {
    return text.length() > BESIDES + MAX_CHARACTERS_PER_SECOND * speech;
  }

  private static int endOfRun(List<String> words, int start, int length) {
    int end = start + length;
    List<String> phrase = words.subList(start, end);
    while (end + length <= words.size() && phrase.equals(words.subList(end, end + length))) {
      end += length;
    }
    return end;
  }

  /// Without case and punctuation: `Stop, stop, stop.`
  private static String bare(String word) {
    String bare = word.replaceAll("[^\\p{L}\\p{N}]", "").toLowerCase(Locale.ROOT);
    return bare.isEmpty() ? word.strip() : bare;
  }
}
