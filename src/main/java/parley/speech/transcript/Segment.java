package parley.speech.transcript;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of a transcript, about a sentence long.
///
/// @param start seconds from the start of the recording
/// @param end seconds from the start of the recording, not before `start`
/// @param text with punctuation, without surrounding spaces
/// @param words the words of the text in order; empty if word times are unknown
/// @param tokens the text in the vocabulary of the model that produced it; empty if unknown
/// @param scores the same tokens with their probabilities; empty if unknown
/// @param confidence null if the recogniser does not report it
public record Segment(
    double start,
    double end,
    String text,
    List<Word> words,
    List<Integer> tokens,
    List<ScoredToken> scores,
    @Nullable Confidence confidence) {
  public Segment {
    words = List.copyOf(words);
    tokens = List.copyOf(tokens);
    scores = List.copyOf(scores);
  }

  /// A segment whose tokens have unknown probabilities.
  public Segment(
      double start,
      double end,
      String text,
      List<Word> words,
      List<Integer> tokens,
      @Nullable Confidence confidence) {
    this(start, end, text, words, tokens, List.of(), confidence);
  }

  /// Returns a copy with all times capped at `last`, in seconds.
  Segment until(double last) {
    return new Segment(
        Math.min(start, last),
        Math.min(end, last),
        text,
        words.stream()
            .map(word -> word.at(Math.min(word.start(), last), Math.min(word.end(), last)))
            .toList(),
        tokens,
        scores,
        confidence);
  }
}
