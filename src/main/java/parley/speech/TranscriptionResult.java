package parley.speech;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.media.MediaId;
import parley.speech.TranscriptionRequest.Retention;
import parley.speech.transcript.Confidence;
import parley.speech.transcript.Segment;
import parley.speech.transcript.Transcript;

/// What a transcription job leaves behind; its JSON is part of the jobs API.
///
/// @param language ISO 639-1 of what was spoken; null when nothing was
/// @param duration of the recording, in seconds
/// @param backendUsed which one wrote the transcript
/// @param model what that backend calls its model
/// @param retainedMediaId the media entry that the recording became; null when it was erased or was
///   stored already
public record TranscriptionResult(
    String transcript,
    List<SegmentView> segments,
    @Nullable String language,
    double duration,
    Backend backendUsed,
    String model,
    long audioBytes,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String retainedMediaId) {

  /// A segment as the API writes it; times in seconds.
  ///
  /// @param words null where they are not shown
  /// @param tokens null where they are not shown or not known
  /// @param confidence null where it is not shown or not known
  public record SegmentView(
      double start,
      double end,
      String text,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<WordView> words,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<Integer> tokens,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Confidence confidence) {
    private SegmentView plain() {
      return new SegmentView(start, end, text, null, null, null);
    }
  }

  /// A word as the API writes it; times in seconds.
  public record WordView(double start, double end, String text) {}

  static TranscriptionResult of(Backends.Heard heard, TranscriptionRequest request) {
    Transcript transcript = heard.transcript();
    Retention retention = request.retain();
    return new TranscriptionResult(
        transcript.text(),
        transcript.segments().stream().map(TranscriptionResult::view).toList(),
        transcript.language(),
        thousandths(transcript.duration().toMillis() / 1000.0),
        heard.backend(),
        heard.model(),
        request.audioBytes(),
        retention == null ? null : new MediaId(retention.mediaId()).toString());
  }

  /// The same without the times of words, tokens and confidence.
  TranscriptionResult plain() {
    return new TranscriptionResult(
        transcript,
        segments.stream().map(SegmentView::plain).toList(),
        language,
        duration,
        backendUsed,
        model,
        audioBytes,
        retainedMediaId);
  }

  /// All words in order.
  List<WordView> words() {
    return segments.stream()
        .map(SegmentView::words)
        .flatMap(words -> words == null ? Stream.empty() : words.stream())
        .toList();
  }

  private static SegmentView view(Segment segment) {
    return new SegmentView(
        thousandths(segment.start()),
        thousandths(segment.end()),
        segment.text(),
        segment.words().stream()
            .map(w -> new WordView(thousandths(w.start()), thousandths(w.end()), w.text()))
            .toList(),
        segment.tokens(),
        segment.confidence());
  }

  private static double thousandths(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }
}
