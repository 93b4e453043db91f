package parley.speech.transcript;

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

  /// The same of a recording that is so long: no time in it lies beyond.
  public Transcript ofLength(Duration length) {
    double end = length.toMillis() / 1000.0;
    return new Transcript(
        text, segments.stream().map(segment -> segment.until(end)).toList(), language, length);
  }
}
