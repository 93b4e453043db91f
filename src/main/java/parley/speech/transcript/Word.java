package parley.speech.transcript;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// A spoken word.
///
/// @param start seconds from the start of the recording
/// @param end seconds from the start of the recording, not before `start`
/// @param text with its punctuation, without surrounding spaces
/// @param confidence the mean probability of its tokens, 0 to 1; null if unknown
public record Word(
    double start,
    double end,
    String text,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double confidence) {
  /// A word of unknown confidence.
  public Word(double start, double end, String text) {
    this(start, end, text, null);
  }

  /// Returns the same word with other times.
  public Word at(double newStart, double newEnd) {
    return new Word(newStart, newEnd, text, confidence);
  }
}
