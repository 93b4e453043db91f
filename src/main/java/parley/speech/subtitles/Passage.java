package parley.speech.subtitles;

import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.speech.transcript.Word;

/// A stretch of speech by one speaker.
///
/// @param start seconds from the start of the recording
/// @param end seconds, not before `start`
/// @param words of the text in order; empty where their times are not known
/// @param speaker null where it is not known
public record Passage(
    double start, double end, String text, List<Word> words, @Nullable String speaker) {
  public Passage {
    text = text.strip().replaceAll("\\s+", " ");
    words = List.copyOf(words);
  }
}
