package parley.speech;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
    Letters letters = new Letters(segments);
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
                    letters.name(segments.get(i).speaker()),
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

  /// Calls those without a name by letters, which are nobody's name.
  private static final class Letters {
    private final Map<String, String> given = new HashMap<>();
    private final Iterator<String> free;

    Letters(List<SegmentView> segments) {
      Set<String> names =
          segments.stream()
              .flatMap(segment -> Stream.ofNullable(segment.speaker()))
              .flatMap(speaker -> Stream.ofNullable(speaker.displayName()))
              .collect(Collectors.toSet());
      free =
          IntStream.iterate(0, index -> index + 1)
              .mapToObj(Letters::letter)
              .filter(letter -> !names.contains(letter))
              .iterator();
    }

    String name(@Nullable SpeakerTag speaker) {
      if (speaker == null) {
        return NOBODY;
      }
      return speaker.displayName() != null
          ? speaker.displayName()
          : given.computeIfAbsent(speaker.name(), label -> free.next());
    }

    /// `A` to `Z`, `AA`, `AB` …
    private static String letter(int index) {
      String last = String.valueOf((char) ('A' + index % 26));
      return index < 26 ? last : letter(index / 26 - 1) + last;
    }
  }
}
