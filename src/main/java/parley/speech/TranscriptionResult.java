package parley.speech;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.media.MediaId;
import parley.speech.TranscriptionRequest.Retention;
import parley.speech.transcript.Confidence;
import parley.speech.transcript.ScoredToken;
import parley.speech.transcript.Segment;
import parley.speech.transcript.Transcript;
import parley.speech.transcript.Word;

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
  /// @param channel the channel it is said in, from 0; null where they were mixed
  /// @param tokens empty where they are not known
  /// @param scores empty where they are not known or were not asked for
  /// @param confidence null where it is not known
  record StoredSegment(
      double start,
      double end,
      String text,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String speaker,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer channel,
      List<StoredWord> words,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<Integer> tokens,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<ScoredToken> scores,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Confidence confidence) {
    StoredSegment {
      words = List.copyOf(words);
    }

    static StoredSegment of(Segment segment, TranscriptionRequest request) {
      return of(
          segment, null, null, request.has(TranscriptExtra.TOKENS) ? segment.scores() : List.of());
    }

    /// A segment of somebody, or of a channel.
    static StoredSegment of(Segment segment, @Nullable String speaker, @Nullable Integer channel) {
      return of(segment, speaker, channel, List.of());
    }

    private static StoredSegment of(
        Segment segment,
        @Nullable String speaker,
        @Nullable Integer channel,
        List<ScoredToken> scores) {
      return new StoredSegment(
          thousandths(segment.start()),
          thousandths(segment.end()),
          segment.text(),
          speaker,
          channel,
          segment.words().stream().map(StoredWord::of).toList(),
          segment.tokens(),
          scores,
          segment.confidence());
    }
  }

  /// A word; times in seconds.
  ///
  /// @param confidence 0 to 1; null where it is not known
  record StoredWord(
      double start,
      double end,
      String text,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double confidence) {
    static StoredWord of(Word word) {
      Double confidence = word.confidence();
      return new StoredWord(
          thousandths(word.start()),
          thousandths(word.end()),
          word.text(),
          confidence == null ? null : thousandths(confidence));
    }
  }

  static TranscriptionResult of(Backends.Heard heard, TranscriptionRequest request) {
    List<StoredSegment> segments =
        heard.transcript().segments().stream().map(s -> StoredSegment.of(s, request)).toList();
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

  /// The same result of a recording that is erased.
  TranscriptionResult withoutRecording() {
    return new TranscriptionResult(
        transcript,
        segments,
        language,
        duration,
        backendUsed,
        model,
        audioBytes,
        null,
        channels,
        speakers);
  }

  private static double thousandths(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }
}
