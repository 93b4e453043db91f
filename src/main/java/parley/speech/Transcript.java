package parley.speech;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was said in one recording.
///
/// @param text the segments' texts joined by spaces; empty when nothing was spoken
/// @param segments in order of their start, not overlapping
/// @param language ISO 639-1; null when nothing was spoken and the caller gave no hint
/// @param duration of the decoded audio
public record Transcript(
    String text, List<Segment> segments, @Nullable String language, Duration duration) {
  public Transcript {
    segments = List.copyOf(segments);
  }
}
