package parley.speech;

import java.util.regex.Pattern;
import parley.speech.TranscriptView.SegmentView;

/// A transcript as SubRip subtitles (`.srt`): a numbered entry for each segment, which begins with
/// the speaker where speakers were distinguished; an empty file when nothing was said.
final class SubRip {
  /// What players take for the begin of a tag; the format has no way to escape it.
  private static final Pattern TAG = Pattern.compile("<(?=[A-Za-z/])");

  private SubRip() {}

  static String of(TranscriptView transcript) {
    StringBuilder file = new StringBuilder();
    int number = 1;
    for (SegmentView segment : transcript.segments()) {
      CueTimes times = CueTimes.of(segment);
      String speaker = segment.speaker() == null ? "" : segment.speaker().name() + ": ";
      file.append(number++)
          .append('\n')
          .append(times.start(','))
          .append(" --> ")
          .append(times.end(','))
          .append('\n')
          .append(harmless(CueTimes.oneLine(speaker + segment.text())))
          .append("\n\n");
    }
    return file.toString();
  }

  /// The text looks the same but holds neither a time line's arrow nor a tag: an invisible word
  /// joiner stands in between.
  private static String harmless(String text) {
    return TAG.matcher(text.replace("-->", "--\u2060>")).replaceAll("<\u2060");
  }
}
