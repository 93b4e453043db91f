package parley.speech.engine;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// LocalAgreement-2 (Macháček, Dabre and Bojar 2023, "Turning Whisper into Real-Time Transcription
/// System"): the leading words on which two consecutive partial results agree are committed. The
/// model gets them as the prefix of the next decoding, so they are neither rewritten nor repeated.
///
/// One instance per piece. Not thread-safe.
public final class LocalAgreement {
  private List<List<Integer>> committed = List.of();
  private List<List<Integer>> last = List.of();
  private String text = "";
  private String agreedText = "";

  /// Returns the text to show; empty if nothing was recognised yet.
  public String text() {
    return text;
  }

  /// Returns the committed words, with which [#text] begins; they never change.
  public String agreed() {
    return agreedText;
  }

  /// Returns the tokens of the committed words.
  List<Integer> committed() {
    return joined(committed);
  }

  /// Returns the tokens that followed them in the last partial result.
  List<Integer> rest() {
    return joined(last.subList(committed.size(), last.size()));
  }

  /// Adds a partial result.
  ///
  /// @param words tokens of each word; the committed words come first
  /// @param write converts tokens to text
  void update(List<List<Integer>> words, Function<List<Integer>, String> write) {
    int agreed = committed.size();
    // The last word may be cut off by the end of the audio, twice at the same place.
    int max = Math.min(words.size() - 1, last.size());
    while (agreed < max && same(write.apply(words.get(agreed)), write.apply(last.get(agreed)))) {
      agreed++;
    }
    committed = List.copyOf(words.subList(0, Math.max(agreed, committed.size())));
    last = List.copyOf(words);
    text = write.apply(joined(words)).strip();
    agreedText = write.apply(joined(committed)).strip();
  }

  /// Whether two spellings are the same word; punctuation and case depend on what follows.
  private static boolean same(String one, String other) {
    String normalised = normalised(one);
    return !normalised.isEmpty() && normalised.equals(normalised(other));
  }

  private static String normalised(String word) {
    return word.replaceAll("[\\p{Punct}\\s“”‘’…–—]", "").toLowerCase(Locale.ROOT);
  }

  private static List<Integer> joined(List<List<Integer>> words) {
    return words.stream().flatMap(List::stream).toList();
  }
}
