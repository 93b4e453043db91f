package parley.speech.transcript;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The transcript of one recording.
///
/// @param text the segments' texts joined by spaces; empty if there was no speech
/// @param segments in order of their start, not overlapping
/// @param language ISO 639-1; null if there was no speech and the caller gave no hint
/// @param duration of the decoded audio
public record Transcript(
    String text, List<Segment> segments, @Nullable String language, Duration duration) {
  public Transcript {
    segments = List.copyOf(segments);
  }

  /// Returns a copy with the recording's actual duration, at which all times are capped.
  public Transcript ofLength(Duration length) {
    double end = length.toMillis() / 1000.0;
    return new Transcript(
        text, segments.stream().map(segment -> segment.until(end)).toList(), language, length);
  }
}
