package parley.speech.engine;

import java.util.ArrayList;
import java.util.List;

/// A place where two texts have different words.
///
/// @param start index of the first word in one text
/// @param end index after the last word in it; equal to `start` where it has none
/// @param otherStart the same in the other text
/// @param otherEnd the same in the other text
record WordDifference(int start, int end, int otherStart, int otherEnd) {
  /// Returns the places, in order, between the words of a longest common subsequence.
  static List<WordDifference> between(List<String> words, List<String> others) {
    int[][] common = new int[words.size() + 1][others.size() + 1];
    for (int i = words.size() - 1; i >= 0; i--) {
      for (int j = others.size() - 1; j >= 0; j--) {
        common[i][j] =
            words.get(i).equals(others.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    List<WordDifference> differences = new ArrayList<>();
    int i = 0;
    int j = 0;
    int start = 0;
    int otherStart = 0;
    while (i < words.size() || j < others.size()) {
      if (i < words.size() && j < others.size() && words.get(i).equals(others.get(j))) {
        addUnlessEmpty(differences, new WordDifference(start, i, otherStart, j));
        start = ++i;
        otherStart = ++j;
      } else if (j == others.size() || (i < words.size() && common[i + 1][j] >= common[i][j + 1])) {
        i++;
      } else {
        j++;
      }
    }
    addUnlessEmpty(differences, new WordDifference(start, i, otherStart, j));
    return differences;
  }

  private static void addUnlessEmpty(List<WordDifference> all, WordDifference difference) {
    if (difference.start < difference.end || difference.otherStart < difference.otherEnd) {
      all.add(difference);
    }
  }
}
