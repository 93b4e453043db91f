package parley.speech.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// LocalAgreement-2 (Macháček, Dabre and Bojar 2023, "Turning Whisper into Real-Time Transcription
/// System"): the words at the beginning on which two partial results in a row agree are committed.
/// They are given to the model as the prefix of the next one, so they are neither rewritten nor
/// written twice.
///
/// One for each piece. For one thread at a time.
public final class LocalAgreement {
  private List<List<Integer>> committed = List.of();
  private List<List<Integer>> last = List.of();
  private String text = "";

  /// What to show now; empty when nothing was understood yet.
  public String text() {
    return text;
  }

  /// The tokens of the committed words.
  List<Integer> committed() {
    return joined(committed);
  }

  /// The tokens that followed them in the last partial result.
  List<Integer> rest() {
    return joined(last.subList(committed.size(), last.size()));
  }

  /// Takes a new partial result.
  ///
  /// @param words the tokens of each of its words, which begin with the committed ones
  /// @param write makes text of tokens
  void update(List<List<Integer>> words, Function<List<Integer>, String> write) {
    int agreed = committed.size();
    // The last word may be cut off by the end of the sound, twice at the same place.
    int max = Math.min(words.size() - 1, last.size());
    while (agreed < max && same(write.apply(words.get(agreed)), write.apply(last.get(agreed)))) {
      agreed++;
    }
    committed = List.copyOf(words.subList(0, Math.max(agreed, committed.size())));
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
