package parley.speech;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a transcription job leaves behind; its JSON is part of the jobs API.
///
/// @param language ISO 639-1 of what was spoken; null when nothing was
/// @param duration of the recording, in seconds
/// @param backendUsed `A` for our own engine, `B` for a relay
public record TranscriptionResult(
    String transcript,
    List<SegmentView> segments,
    @Nullable String language,
    double duration,
    String backendUsed,
    long audioBytes) {

  /// A segment as the API writes it; times in seconds.
  public record SegmentView(double start, double end, String text) {}

  static TranscriptionResult of(Transcript transcript, long audioBytes) {
    return new TranscriptionResult(
        transcript.text(),
        transcript.segments().stream()
            .map(s -> new SegmentView(thousandths(s.start()), thousandths(s.end()), s.text()))
            .toList(),
        transcript.language(),
        thousandths(transcript.duration().toMillis() / 1000.0),
        "A",
        audioBytes);
  }

  private static double thousandths(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }
}
