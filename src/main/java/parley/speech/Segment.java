package parley.speech;

import java.util.List;

/// A stretch of speech, about a sentence long.
///
/// @param start seconds from the start of the recording
/// @param end seconds from the start of the recording, not before `start`
/// @param text what was said, with punctuation, without spaces around it
/// @param words the same word by word, in order; empty where word times are not known
public record Segment(double start, double end, String text, List<Word> words) {
  public Segment {
    words = List.copyOf(words);
  }
}
