package parley.speech.diarisation;

import java.util.List;

/// The best one-to-one matching of three things with three others.
final class Matching {
  private static final List<int[]> PERMUTATIONS =
      List.of(
          new int[] {0, 1, 2},
          new int[] {0, 2, 1},
          new int[] {1, 0, 2},
          new int[] {1, 2, 0},
          new int[] {2, 0, 1},
          new int[] {2, 1, 0});

  private Matching() {}

  /// The permutation of the columns for which the sum of the agreements is largest: row `i` goes
  /// with column `result[i]`.
  static int[] best(double[][] agreement) {
    int[] best = PERMUTATIONS.getFirst();
    double most = Double.NEGATIVE_INFINITY;
    for (int[] permutation : PERMUTATIONS) {
      double sum = 0;
      for (int row = 0; row < permutation.length; row++) {
        sum += agreement[row][permutation[row]];
      }
      if (sum > most) {
        most = sum;
        best = permutation;
      }
    }
    return best.clone();
  }
}
