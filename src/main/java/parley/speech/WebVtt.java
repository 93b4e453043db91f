package parley.speech;

import parley.speech.TranscriptView.SegmentView;

/// A transcript as captions for the web (W3C WebVTT): a cue for each segment, with a voice tag
/// where speakers were distinguished.
final class WebVtt {
  private WebVtt() {}

  static String of(TranscriptView transcript) {
    StringBuilder file = new StringBuilder("WEBVTT\n");
    for (SegmentView segment : transcript.segments()) {
      CueTimes times = CueTimes.of(segment);
      file.append('\n')
          .append(times.start('.'))
          .append(" --> ")
          .append(times.end('.'))
          .append('\n');
      if (segment.speaker() != null) {
        file.append("<v ").append(text(segment.speaker().name())).append('>');
      }
      file.append(text(segment.text())).append('\n');
    }
    return file.toString();
  }

  /// `-->` may not stand in a cue's text; escaping its last character sees to that.
  private static String text(String text) {
    return CueTimes.oneLine(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
