package parley.speech.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import parley.speech.transcript.Languages;
import parley.speech.transcript.Segment;
import parley.speech.transcript.Transcript;

/// Assembles a recording's transcript from its pieces.
final class TranscriptBuilder {
  private final List<Segment> segments = new ArrayList<>();

  /// Seconds of speech per language.
  private final Map<Integer, Double> languages = new HashMap<>();

  void add(Recogniser.Recognition recognition) {
    for (Segment segment : recognition.segments()) {
      languages.merge(recognition.language(), segment.end() - segment.start(), Double::sum);
    }
    segments.addAll(recognition.segments());
  }

  /// Builds the transcript, whose language is the one most spoken.
  ///
  /// @param hinted index of the language to report if there is no speech; −1 for none
  Transcript build(Duration duration, int hinted) {
    int dominant =
        languages.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .orElse(hinted);
    return new Transcript(
        segments.stream().map(Segment::text).collect(Collectors.joining(" ")),
        segments,
        dominant < 0 ? null : Languages.code(dominant),
        duration);
  }
}
