package parley.speech;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.util.ArrayList;
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

  /// The texts of the segments that were sent, and where the last one ends, in seconds.
  private final List<String> sent = new ArrayList<>();

  private double sentUntil;

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
      sentUntil = segment.end();
    }
  }

  /// Sends the segments that were not sent yet, and the end.
  void finish(TranscriptView transcript) throws IOException {
    for (SegmentView segment : rest(transcript.segments())) {
      delta(segment.text(), segment.scores());
    }
    events.send(
        DoneEvent.of(
            transcript.transcript(),
            shape.probabilities() ? TokenProbability.of(transcript) : null,
            Usage.of(transcript),
            transcript.model()));
  }

  /// What was not sent yet. If another backend or attempt has written the transcript than what was
  /// sent, its segments differ, and only their times tell.
  private List<SegmentView> rest(List<SegmentView> all) {
    int count = sent.size();
    if (count <= all.size()
        && sent.equals(all.stream().map(SegmentView::text).limit(count).toList())) {
      return all.subList(count, all.size());
    }
    return all.stream()
        .filter(segment -> (segment.start() + segment.end()) / 2 > sentUntil)
        .toList();
  }

  private void delta(String text, @Nullable List<ScoredToken> scores) throws IOException {
    String space = sent.isEmpty() ? "" : " ";
    sent.add(text);
    events.send(
        new DeltaEvent(
            "transcript.text.delta",
            space + text,
            shape.probabilities() && scores != null ? TokenProbability.of(scores, space) : null));
  }
}
