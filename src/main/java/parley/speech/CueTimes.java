package parley.speech;

import java.util.Locale;
import parley.speech.TranscriptView.SegmentView;

/// When a caption appears and goes, in milliseconds; `endMillis` lies after `startMillis`, since
/// players drop a caption that lasts no time.
record CueTimes(long startMillis, long endMillis) {
  static CueTimes of(SegmentView segment) {
    long start = Math.round(segment.start() * 1000);
    return new CueTimes(start, Math.max(start + 1, Math.round(segment.end() * 1000)));
  }

  /// The text without line breaks: an empty line would end the caption.
  static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  String start(char fraction) {
    return written(startMillis, fraction);
  }

  String end(char fraction) {
    return written(endMillis, fraction);
  }

  private static String written(long millis, char fraction) {
    return String.format(
        Locale.ROOT,
        "%02d:%02d:%02d%c%03d",
        millis / 3_600_000,
        millis / 60_000 % 60,
        millis / 1000 % 60,
        fraction,
        millis % 1000);
  }
}
