package parley.speech.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Takes out what a recogniser says again and again when it has lost the sound.
final class Loops {
  /// So many times in a row is a loop; people do say things three times.
  private static final int FEWEST_REPEATS = 4;

  /// Longer phrases than this are sentences, and those come back as whole segments.
  private static final int LONGEST_PHRASE = 20;

  private Loops() {}

  /// The text with each phrase that repeats itself written once.
  static String cut(String text) {
    List<String> words = new ArrayList<>(Arrays.asList(text.split(" ")));
    for (int length = 1; length <= LONGEST_PHRASE; length++) {
      for (int start = 0; start + FEWEST_REPEATS * length <= words.size(); start++) {
        int end = start + length;
        while (end + length <= words.size()
            && same(words.subList(start, start + length), words.subList(end, end + length))) {
          end += length;
        }
        if (end - start >= FEWEST_REPEATS * length) {
          words.subList(start + length, end).clear();
        }
      }
    }
    return String.join(" ", words);
  }

  private static boolean same(List<String> one, List<String> other) {
    for (int i = 0; i < one.size(); i++) {
      if (!one.get(i).equalsIgnoreCase(other.get(i))) {
        return false;
      }
    }
    return true;
  }
}
