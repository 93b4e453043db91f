package parley.speech.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// What was guessed of a growing piece, and how much of that stands: the words at the beginning on
/// which two guesses in a row agree (LocalAgreement-2, Macháček, Dabre and Bojar 2023, "Turning
/// Whisper into Real-Time Transcription System"). What stands is given to the model as the
/// beginning of the next guess, so it is never rewritten, and never written twice either.
///
/// One for each piece. For one thread at a time.
public final class Draft {
  private List<List<Integer>> standing = List.of();
  private List<List<Integer>> last = List.of();
  private String text = "";

  /// What to show now; empty when nothing was understood yet.
  public String text() {
    return text;
  }

  /// The tokens of the words that stand.
  List<Integer> standing() {
    return joined(standing);
  }

  /// The tokens that followed them in the last guess.
  List<Integer> rest() {
    return joined(last.subList(standing.size(), last.size()));
  }

  /// Takes a new guess.
  ///
  /// @param words the tokens of each of its words, which begin with those that stand
  /// @param write makes text of tokens
  void guessed(List<List<Integer>> words, Function<List<Integer>, String> write) {
    int agreed = standing.size();
    // The last word may be cut off by the end of the sound, twice at the same place.
    int most = Math.min(words.size() - 1, last.size());
    while (agreed < most && same(write.apply(words.get(agreed)), write.apply(last.get(agreed)))) {
      agreed++;
    }
    standing = List.copyOf(words.subList(0, Math.max(agreed, standing.size())));
    last = List.copyOf(words);
    text = write.apply(joined(words)).strip();
  }

  /// Whether two writings are the same word: punctuation and case depend on what follows.
  private static boolean same(String one, String other) {
    String bare = bare(one);
    return !bare.isEmpty() && bare.equals(bare(other));
  }

  private static String bare(String word) {
    return word.replaceAll("[\\p{Punct}\\s“”‘’…–—]", "").toLowerCase(Locale.ROOT);
  }

  private static List<Integer> joined(List<List<Integer>> words) {
    List<Integer> tokens = new ArrayList<>();
    words.forEach(tokens::addAll);
    return tokens;
  }
}
