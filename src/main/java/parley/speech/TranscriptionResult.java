package parley.speech;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.media.MediaId;
import parley.speech.TranscriptionRequest.Retention;
import parley.speech.transcript.Confidence;
import parley.speech.transcript.Segment;
import parley.speech.transcript.Transcript;

/// What a transcription job leaves behind, as it is stored. [TranscriptView] is how the API shows
/// it.
///
/// @param language ISO 639-1 of what was spoken; null when nothing was
/// @param duration of the recording, in seconds
/// @param backendUsed which one wrote the transcript
/// @param model what that backend calls its model
/// @param retainedMediaId the media entry that the recording became; null when it was erased or was
///   stored already
/// @param channels how many were transcribed separately; null where they were mixed
/// @param speakers null where speakers were not distinguished
record TranscriptionResult(
    String transcript,
    List<StoredSegment> segments,
    @Nullable String language,
    double duration,
    Backend backendUsed,
    String model,
    long audioBytes,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String retainedMediaId,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer channels,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable RecordedSpeakers speakers) {

  /// A segment; times in seconds.
  ///
  /// @param speaker the label of who says all of it; null where that is not known
  /// @param tokens empty where they are not known
  /// @param confidence null where it is not known
  record StoredSegment(
      double start,
      double end,
      String text,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String speaker,
      List<StoredWord> words,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<Integer> tokens,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Confidence confidence) {
    StoredSegment {
      words = List.copyOf(words);
    }

    static StoredSegment of(Segment segment, @Nullable String speaker) {
      return new StoredSegment(
          thousandths(segment.start()),
          thousandths(segment.end()),
          segment.text(),
          speaker,
          segment.words().stream()
              .map(w -> new StoredWord(thousandths(w.start()), thousandths(w.end()), w.text()))
              .toList(),
          segment.tokens(),
          segment.confidence());
    }
  }

  /// A word; times in seconds.
  record StoredWord(double start, double end, String text) {}

  static TranscriptionResult of(Backends.Heard heard, TranscriptionRequest request) {
    List<StoredSegment> segments =
        heard.transcript().segments().stream().map(s -> StoredSegment.of(s, null)).toList();
    return of(heard, request, segments, null, null);
  }

  /// @param segments those of the transcript, with their speakers
  static TranscriptionResult of(
      Backends.Heard heard,
      TranscriptionRequest request,
      List<StoredSegment> segments,
      @Nullable Integer channels,
      @Nullable RecordedSpeakers speakers) {
    Transcript transcript = heard.transcript();
    Retention retention = request.retain();
    return new TranscriptionResult(
        transcript.text(),
        segments,
        transcript.language(),
        thousandths(transcript.duration().toMillis() / 1000.0),
        heard.backend(),
        heard.model(),
        request.audioBytes(),
        retention == null ? null : new MediaId(retention.mediaId()).toString(),
        channels,
        speakers);
  }

  private static double thousandths(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }
}
