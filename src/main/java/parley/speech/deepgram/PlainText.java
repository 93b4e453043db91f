package parley.speech.deepgram;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// Text as Deepgram writes it when punctuation is not asked for: lower case, no punctuation around
/// words.
final class PlainText {
  private PlainText() {}

  /// A text without punctuation. Languages without spaces keep what is between their words.
  static String of(String text) {
    return Arrays.stream(text.strip().split("\\s+", -1))
        .map(PlainText::word)
        .filter(word -> !word.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /// A word without punctuation around it; empty if it is nothing else.
  static String word(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isPunctuation(text.charAt(start))) {
      start++;
    }
    while (end > start && isPunctuation(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end).toLowerCase(Locale.ROOT);
  }

  private static boolean isPunctuation(char letter) {
    return switch (Character.getType(letter)) {
      case Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION ->
          true;
      // Part of what is said, as in 20 %, #1 and R&D.
      case Character.OTHER_PUNCTUATION -> "%‰#@&".indexOf(letter) < 0;
      default -> false;
    };
  }
}
