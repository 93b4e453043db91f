package parley.speech.transcript;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stretch of speech, about a sentence long.
///
/// @param start seconds from the start of the recording
/// @param end seconds from the start of the recording, not before `start`
/// @param text what was said, with punctuation, without spaces around it
/// @param words the same word by word, in order; empty where word times are not known
/// @param tokens the numbers of the text in the vocabulary of the model that wrote it; empty where
///   they are not known
/// @param confidence null where the recogniser does not tell
public record Segment(
    double start,
    double end,
    String text,
    List<Word> words,
    List<Integer> tokens,
    @Nullable Confidence confidence) {
  public Segment {
    words = List.copyOf(words);
    tokens = List.copyOf(tokens);
  }

  /// The same with no time beyond `last`, in seconds.
  Segment until(double last) {
    return new Segment(
        Math.min(start, last),
        Math.min(end, last),
        text,
        words.stream()
            .map(w -> new Word(Math.min(w.start(), last), Math.min(w.end(), last), w.text()))
            .toList(),
        tokens,
        confidence);
  }
}
