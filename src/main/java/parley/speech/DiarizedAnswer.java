package parley.speech;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import parley.speech.OpenAiAnswer.Usage;
import parley.speech.OpenAiStream.DoneEvent;
import parley.speech.TranscriptView.SegmentView;

/// A transcript as OpenAI's `diarized_json`, in which unknown speakers are `A`, `B` …:
/// https://platform.openai.com/docs/api-reference/audio/diarized-json-object
record DiarizedAnswer(
    String task, double duration, String text, List<DiarizedSegment> segments, Usage usage) {
  /// Stands for somebody whom the tenant's policy forbids to tell apart: the field is mandatory.
  private static final String NOBODY = "unknown";

  /// A segment, which is an event as well.
  record DiarizedSegment(
      String type, String id, double start, double end, String speaker, String text) {}

  private record DeltaEvent(String type, String delta, String segmentId) {}

  static DiarizedAnswer of(TranscriptView transcript) {
    List<SegmentView> segments = transcript.segments();
    Map<String, String> letters = new HashMap<>();
    return new DiarizedAnswer(
        "transcribe",
        transcript.duration(),
        transcript.transcript(),
        IntStream.range(0, segments.size())
            .mapToObj(i ->
                new DiarizedSegment(
                    "transcript.text.segment",
                    "seg_" + (i + 1),
                    segments.get(i).start(),
                    segments.get(i).end(),
                    speaker(segments.get(i).speaker(), letters),
                    segments.get(i).text()))
            .toList(),
        Usage.of(transcript));
  }

  /// As a stream: each segment's text, then the segment, and the whole text at last.
  ///
  /// @param model that was used
  List<Object> events(String model) {
    List<Object> events = new ArrayList<>();
    String space = "";
    for (DiarizedSegment segment : segments) {
      events.add(new DeltaEvent("transcript.text.delta", space + segment.text(), segment.id()));
      events.add(segment);
      space = " ";
    }
    events.add(DoneEvent.of(text, null, usage, model));
    return events;
  }

  private static String speaker(@Nullable SpeakerTag speaker, Map<String, String> letters) {
    if (speaker == null) {
      return NOBODY;
    }
    return speaker.displayName() != null
        ? speaker.displayName()
        : letters.computeIfAbsent(speaker.name(), label -> letter(letters.size()));
  }

  /// `A` to `Z`, `AA`, `AB` …
  private static String letter(int index) {
    String last = String.valueOf((char) ('A' + index % 26));
    return index < 26 ? last : letter(index / 26 - 1) + last;
  }
}
