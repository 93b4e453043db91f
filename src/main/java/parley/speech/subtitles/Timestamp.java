package parley.speech.subtitles;

import java.util.Locale;

/// Writes times as subtitle files do: `01:02:03.456`.
final class Timestamp {
  private Timestamp() {}

  /// @param point between seconds and milliseconds
  static String of(long millis, char point) {
    return String.format(
        Locale.ROOT,
        "%02d:%02d:%02d%c%03d",
        millis / 3_600_000,
        millis / 60_000 % 60,
        millis / 1000 % 60,
        point,
        millis % 1000);
  }
}
