package parley.speech.realtime;

import org.jspecify.annotations.Nullable;
import parley.speech.live.Control;

/// How the server notices that a turn has ended. Both kinds listen for silence; the semantic one
/// waits as long as its eagerness says.
///
/// @param type `server_vad` or `semantic_vad`; empty if the client commits its turns itself
/// @param threshold accepted and shown; the voice activity detector has its own
/// @param eagerness null for `server_vad`
record TurnDetection(
    String type,
    double threshold,
    long prefixPaddingMs,
    long silenceDurationMs,
    @Nullable String eagerness) {
  static final TurnDetection MANUAL = new TurnDetection("", 0, 0, 0, null);

  /// OpenAI's defaults.
  static final TurnDetection USUAL = new TurnDetection("server_vad", 0.5, 300, 500, null);

  /// Speech is cut into pieces at pauses of this length, in seconds; a turn has whole pieces.
  private static final double MIN_PAUSE = 0.3;

  private static final double MAX_MS = 60_000;

  boolean isManual() {
    return type.isEmpty();
  }

  /// Seconds without speech that end a turn.
  double pauseSeconds() {
    return isManual() ? Control.UTTERANCE_PAUSE : Math.max(MIN_PAUSE, silenceDurationMs / 1000.0);
  }

  /// Reads the fields that are there; the others stay as they are.
  static TurnDetection of(RealtimeSettings.Fields fields, TurnDetection before) throws BadEvent {
    TurnDetection now = before.isManual() ? USUAL : before;
    String named = fields.textOr("type", now.type);
    String type = named == null ? "" : named;
    if (type.equals("semantic_vad")) {
      String eagerness = fields.textOr("eagerness", "auto");
      return new TurnDetection(
          type, now.threshold, now.prefixPaddingMs, silence(fields, eagerness), eagerness);
    }
    if (!type.equals("server_vad")) {
      throw BadEvent.value(fields.path() + "type", "is server_vad or semantic_vad");
    }
    return new TurnDetection(
        type,
        fields.numberOr("threshold", now.threshold, 0, 1),
        (long) fields.numberOr("prefix_padding_ms", (double) now.prefixPaddingMs, 0, MAX_MS),
        (long) fields.numberOr("silence_duration_ms", (double) now.silenceDurationMs, 0, MAX_MS),
        null);
  }

  private static long silence(RealtimeSettings.Fields fields, @Nullable String eagerness)
      throws BadEvent {
    return switch (eagerness) {
      case "low" -> 1_200;
      case "medium", "auto" -> 700;
      case "high" -> 400;
      case null, default ->
          throw BadEvent.value(fields.path() + "eagerness", "is low, medium, high or auto");
    };
  }
}
