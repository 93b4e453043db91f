package parley.speech.deepgram;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A word of an answer.
///
/// @param written with its punctuation
/// @param confidence 0 to 1; null where it is not known
/// @param channel from 0
/// @param speaker from 0, in order of first appearance; null where that is not known
record SpokenWord(
    String written,
    double start,
    double end,
    @Nullable Double confidence,
    int channel,
    @Nullable Integer speaker) {
  /// The word without punctuation; a dash alone stays one.
  String plain() {
    String plain = PlainText.word(written);
    return plain.isEmpty() ? written : plain;
  }

  /// Whether a sentence ends with it.
  boolean endsSentence() {
    return !written.isEmpty() && ".?!…。？！".indexOf(written.charAt(written.length() - 1)) >= 0;
  }

  /// The mean confidence of words; null where it is not known.
  static @Nullable Double confidence(List<SpokenWord> words) {
    double sum = 0;
    int known = 0;
    for (SpokenWord word : words) {
      if (word.confidence != null) {
        sum += word.confidence;
        known++;
      }
    }
    return known == 0 ? null : Math.round(sum / known * 10_000) / 10_000.0;
  }
}
