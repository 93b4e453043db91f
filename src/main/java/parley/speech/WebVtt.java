package parley.speech;

import parley.speech.TranscriptionResult.SegmentView;

/// A transcript as captions for the web (W3C WebVTT): a cue for each segment.
final class WebVtt {
  private WebVtt() {}

  static String of(TranscriptionResult result) {
    StringBuilder file = new StringBuilder("WEBVTT\n");
    for (SegmentView segment : result.segments()) {
      CueTimes times = CueTimes.of(segment);
      file.append('\n')
          .append(times.start('.'))
          .append(" --> ")
          .append(times.end('.'))
          .append('\n')
          .append(escaped(CueTimes.oneLine(segment.text())))
          .append('\n');
    }
    return file.toString();
  }

  /// `-->` may not stand in a cue's text; escaping its last character sees to that.
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
