package parley.speakers;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Measures how much of a text occurs in a transcript.
final class ConsentText {
  /// Texts and transcripts are cut off here to keep the comparison within milliseconds.
  private static final int MAX_WORDS = 4_000;

  private ConsentText() {}

  /// One minus the word error rate of the best-matching stretch of the transcript, 0 to 1. Words
  /// before and after it, such as a greeting, do not count.
  static double match(String text, String transcript) {
    List<String> expected = words(text);
    List<String> heard = words(transcript);
    if (expected.isEmpty()) {
      return 0;
    }
    // Edits from the words so far to the best stretch that ends at each heard word: the first row
    // is 0 throughout, since a stretch may begin anywhere.
    int[] edits = new int[heard.size() + 1];
    for (int i = 1; i <= expected.size(); i++) {
      int diagonal = edits[0];
      edits[0] = i;
      for (int j = 1; j <= heard.size(); j++) {
        int kept = diagonal + (expected.get(i - 1).equals(heard.get(j - 1)) ? 0 : 1);
        diagonal = edits[j];
        edits[j] = Math.min(kept, 1 + Math.min(edits[j], edits[j - 1]));
      }
    }
    int fewest = expected.size();
    for (int edit : edits) {
      fewest = Math.min(fewest, edit);
    }
    return 1 - (double) fewest / expected.size();
  }

  /// Words in lower case without accents and punctuation; scripts that put no spaces between words
  /// are compared character by character.
  private static List<String> words(String text) {
    String plain =
        Normalizer.normalize(text, Normalizer.Form.NFKD)
            .replaceAll("\\p{M}", "")
            .toLowerCase(Locale.ROOT);
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int character : plain.codePoints().toArray()) {
      boolean single = Character.isIdeographic(character) || hasNoSpaces(character);
      if (!word.isEmpty() && (single || !Character.isLetterOrDigit(character))) {
        words.add(word.toString());
        word.setLength(0);
      }
      if (single) {
        words.add(Character.toString(character));
      } else if (Character.isLetterOrDigit(character)) {
        word.appendCodePoint(character);
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words.size() > MAX_WORDS ? words.subList(0, MAX_WORDS) : words;
  }

  private static boolean hasNoSpaces(int character) {
    return switch (Character.UnicodeScript.of(character)) {
      case HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> Character.isLetter(character);
      default -> false;
    };
  }
}
