package parley.speech.diarisation;

/// The classes of the segmentation: nobody, each of three voices alone, each two of them at once
/// (Plaquet and Bredin, "Powerset multi-class cross entropy loss for neural speaker diarization",
/// Interspeech 2023).
final class Powerset {
  private static final int[][] MEMBERS = {{}, {0}, {1}, {2}, {0, 1}, {0, 2}, {1, 2}};
  static final int CLASSES = MEMBERS.length;

  private Powerset() {}

  /// How likely each voice speaks: the sum of the probabilities of the classes it is in.
  ///
  /// @param logarithms of the probabilities of the classes, or numbers that differ from them by the
  ///   same amount
  static float[] probabilities(float[] logarithms) {
    double maximum = Double.NEGATIVE_INFINITY;
    for (float logarithm : logarithms) {
      maximum = Math.max(maximum, logarithm);
    }
    double sum = 0;
    double[] voices = new double[Activity.VOICES];
    for (int i = 0; i < CLASSES; i++) {
      double share = Math.exp(logarithms[i] - maximum);
      sum += share;
      for (int voice : MEMBERS[i]) {
        voices[voice] += share;
      }
    }
    float[] probabilities = new float[Activity.VOICES];
    for (int voice = 0; voice < Activity.VOICES; voice++) {
      probabilities[voice] = (float) (voices[voice] / sum);
    }
    return probabilities;
  }
}
