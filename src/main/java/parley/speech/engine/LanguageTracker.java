package parley.speech.engine;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import parley.speech.transcript.Languages;

/// Which language a recording is in, window by window. Each window may bring its own; one that does
/// not sound certain follows those before it, so that neither a short beginning settles the
/// language for hours nor a cough changes it.
///
/// A filter: what is believed of a window is what it sounds like, times what was believed of the
/// one before it, given that the language seldom changes. For one recording.
final class LanguageTracker {
  /// How probable it is that the next window is in another language, whichever.
  private static final double CHANGE = 0.1;

  /// A language that is less likely than this competes with others, unless they are less likely
  /// than a third of it. A window that alone sounds as certain as this of another language than
  /// what is believed is written in both, and the text decides: a change must not wait until it is
  /// certain beyond all that was detected before.
  private static final double CERTAIN = 0.8;

  private static final double COMPETING = 1 / 3.0;
  private static final int MAX_CANDIDATES = 3;

  private final int hinted;
  private double[] believed;

  /// A recording of which nothing is known yet.
  ///
  /// @param hinted index in [Languages] of the only language to believe in, or −1
  LanguageTracker(int hinted) {
    this.hinted = hinted;
    believed = new double[Languages.count()];
    Arrays.fill(believed, 1.0 / believed.length);
  }

  /// The same, to go on from apart from this one.
  LanguageTracker copy() {
    LanguageTracker copy = new LanguageTracker(hinted);
    copy.believed = believed.clone();
    return copy;
  }

  boolean isHinted() {
    return hinted >= 0;
  }

  /// In which languages to try to write a window down, the likeliest first.
  ///
  /// @param detected the probability of each of [Languages] by the sound of the window
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

  /// Takes note of a window in which somebody spoke.
  ///
  /// @param written the language in which it was written down
  void update(double[] detected, int written) {
    double[] now = given(detected);
    // A change that only the text showed begins anew.
    believed = likeliest(now) == written ? now : detected.clone();
  }

  /// The likeliest language.
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
          detected[language] * ((1 - CHANGE) * believed[language] + CHANGE / now.length);
      sum += now[language];
    }
    for (int language = 0; language < now.length; language++) {
      now[language] /= sum;
    }
    return now;
  }
}
