package parley.speech;

import org.jspecify.annotations.Nullable;
import parley.speech.TranscriptView.SegmentView;

/// A transcript as text: in one line or, where speakers were distinguished, as `Name: …` with a new
/// line whenever the speaker changes.
final class PlainText {
  private PlainText() {}

  static String of(TranscriptView transcript) {
    if (transcript.speakers() == null) {
      return transcript.transcript();
    }
    StringBuilder text = new StringBuilder();
    @Nullable String last = null;
    for (SegmentView segment : transcript.segments()) {
      String speaker = segment.speaker() == null ? "" : segment.speaker().name() + ": ";
      if (speaker.equals(last)) {
        text.append(' ');
      } else {
        text.append(text.isEmpty() ? "" : "\n").append(speaker);
        last = speaker;
      }
      text.append(segment.text().strip().replaceAll("\\s*\\R\\s*", " "));
    }
    return text.toString();
  }
}
