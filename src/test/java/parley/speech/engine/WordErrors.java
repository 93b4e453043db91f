package parley.speech.engine;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// How far a transcript is from what was said.
final class WordErrors {
  private static final Pattern NOT_IN_WORDS = Pattern.compile("[^\\p{L}\\p{N} ]");

  private WordErrors() {}

  /// Words that must be changed, added or taken away, for each word of the reference; case,
  /// punctuation and accents do not count.
  static double rate(String reference, String heard) {
    List<String> expected = words(reference);
    List<String> actual = words(heard);
    int[] above = new int[actual.size() + 1];
    for (int j = 0; j <= actual.size(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= expected.size(); i++) {
      int[] row = new int[above.length];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int changed = above[j - 1] + (expected.get(i - 1).equals(actual.get(j - 1)) ? 0 : 1);
        row[j] = Math.min(changed, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return (double) above[actual.size()] / expected.size();
  }

  private static List<String> words(String text) {
    String plain = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
    return Pattern.compile("\\s+")
        .splitAsStream(NOT_IN_WORDS.matcher(plain).replaceAll("").strip())
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
