package parley.speech.engine;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import parley.speech.transcript.Languages;

/// Tracks the language of a recording window by window. Each window may have its own language; an
/// ambiguous one follows its predecessors, so a short beginning does not fix the language for hours
/// and a cough does not change it.
///
/// This is a Bayesian filter: the belief about a window is the probability detected for it times
/// the belief about its predecessor, given that the language seldom changes. One instance per
/// recording.
final class LanguageTracker {
  /// Prior probability that the next window is in any other language.
  private static final double CHANGE_PROBABILITY = 0.1;

  /// If no language reaches this probability, every language with at least a third of the best
  /// one's probability is a candidate. A window whose own detection reaches it for another language
  /// is decoded in that one too, and the text decides; otherwise a change would be noticed only
  /// once it outweighs all earlier windows.
  private static final double CERTAIN = 0.8;

  private static final double COMPETING = 1 / 3.0;
  private static final int MAX_CANDIDATES = 3;

  private final int hinted;
  private double[] believed;

  /// Starts a recording.
  ///
  /// @param hinted index in [Languages] of the language that the caller specified, or −1
  LanguageTracker(int hinted) {
    this.hinted = hinted;
    believed = new double[Languages.count()];
    Arrays.fill(believed, 1.0 / believed.length);
  }

  /// Returns an independent copy.
  LanguageTracker copy() {
    LanguageTracker copy = new LanguageTracker(hinted);
    copy.believed = believed.clone();
    return copy;
  }

  boolean isHinted() {
    return hinted >= 0;
  }

  /// Returns the languages in which to decode a window, likeliest first.
  ///
  /// @param detected probability of each of [Languages] for the window alone
  List<Integer> candidates(double[] detected) {
    if (hinted >= 0) {
      return List.of(hinted);
    }
    double[] now = given(detected);
    List<Integer> ranked =
        IntStream.range(0, now.length)
            .boxed()
            .sorted(Comparator.comparingDouble(language -> -now[language]))
            .limit(MAX_CANDIDATES)
            .toList();
    double best = now[ranked.getFirst()];
    double min = best >= CERTAIN ? best : best * COMPETING;
    List<Integer> likely =
        ranked.stream().filter(language -> now[language] >= min).collect(Collectors.toList());
    int alone = likeliest(detected);
    if (detected[alone] >= CERTAIN && !likely.contains(alone)) {
      likely.add(alone);
    }
    return likely;
  }

  /// Updates the belief after a window with speech.
  ///
  /// @param written language of the window's transcript
  void update(double[] detected, int written) {
    double[] now = given(detected);
    // If only the text revealed a change, start over from this window.
    believed = likeliest(now) == written ? now : detected.clone();
  }

  static int likeliest(double[] probabilities) {
    return IntStream.range(0, probabilities.length)
        .boxed()
        .max(Comparator.comparingDouble(language -> probabilities[language]))
        .orElseThrow();
  }

  private double[] given(double[] detected) {
    double[] now = new double[detected.length];
    double sum = 0;
    for (int language = 0; language < now.length; language++) {
      now[language] =
          detected[language]
              * ((1 - CHANGE_PROBABILITY) * believed[language] + CHANGE_PROBABILITY / now.length);
      sum += now[language];
    }
    for (int language = 0; language < now.length; language++) {
      now[language] /= sum;
    }
    return now;
  }
}
