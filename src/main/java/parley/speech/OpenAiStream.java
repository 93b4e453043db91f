package parley.speech;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.speech.OpenAiAnswer.TokenProbability;
import parley.speech.OpenAiAnswer.Usage;
import parley.speech.TranscriptView.SegmentView;
import parley.speech.TranscriptionResult.StoredSegment;
import parley.speech.transcript.ScoredToken;

/// Sends a transcript as OpenAI's events: each segment once it is finished, and the whole text at
/// last. https://platform.openai.com/docs/api-reference/audio/transcript-text-delta-event
final class OpenAiStream {
  private final Events events;
  private final OpenAiForm shape;
  private int sent;

  OpenAiStream(Events events, OpenAiForm shape) {
    this.events = events;
    this.shape = shape;
  }

  /// Where the events go.
  @FunctionalInterface
  interface Events {
    void send(Object event) throws IOException;
  }

  private record DeltaEvent(
      String type,
      String delta,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<TokenProbability> logprobs) {}

  /// The end of the stream.
  ///
  /// @param model that was used; OpenAI names it in a header, which has been sent before it is
  ///   known
  record DoneEvent(
      String type,
      String text,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<TokenProbability> logprobs,
      Usage usage,
      String model) {
    static DoneEvent of(
        String text, @Nullable List<TokenProbability> logprobs, Usage usage, String model) {
      return new DoneEvent("transcript.text.done", text, logprobs, usage, model);
    }
  }

  /// Sends the next segments.
  void send(List<StoredSegment> segments) throws IOException {
    for (StoredSegment segment : segments) {
      delta(segment.text(), segment.scores());
    }
  }

  /// Sends the segments that were not sent yet, and the end.
  void finish(TranscriptView transcript) throws IOException {
    List<SegmentView> segments = transcript.segments();
    for (SegmentView segment : segments.subList(Math.min(sent, segments.size()), segments.size())) {
      delta(segment.text(), segment.scores());
    }
    events.send(
        DoneEvent.of(
            transcript.transcript(),
            shape.probabilities() ? TokenProbability.of(transcript) : null,
            Usage.of(transcript),
            transcript.model()));
  }

  private void delta(String text, @Nullable List<ScoredToken> scores) throws IOException {
    String space = sent == 0 ? "" : " ";
    sent++;
    events.send(
        new DeltaEvent(
            "transcript.text.delta",
            space + text,
            shape.probabilities() && scores != null ? TokenProbability.of(scores, space) : null));
  }
}
