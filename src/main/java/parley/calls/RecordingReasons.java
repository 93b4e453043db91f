package parley.calls;

import java.util.Locale;
import parley.calls.livekit.EgressInfo;

/// Why there is no recording, as text for everybody who may see the call. Messages of egress and
/// LiveKit may contain addresses, paths and keys, so only operators see those.
final class RecordingReasons {
  static final String NO_EGRESS = "No egress accepted the recording.";
  static final String NO_LIVEKIT = "LiveKit does not answer.";
  static final String NO_LOCATION =
      "Recordings cannot be stored right now; the operator has been notified.";
  static final String NEVER_BEGAN = "Egress accepted the recording but never started.";
  static final String FORGOTTEN = "LiveKit no longer knows the recording.";
  static final String LEFT = "Egress left the call unexpectedly.";
  static final String NO_WORD_OF_FILE = "Egress never reported a file.";
  static final String NO_FILE = "Egress reported a file, but there is none.";
  static final String IN_BACKUP =
      "Egress could not upload the file and keeps it in its backup, where the operator can find it.";

  private RecordingReasons() {}

  /// Explains why LiveKit refused to record.
  static String refusal(String said) {
    String words = said.toLowerCase(Locale.ROOT);
    if (words.contains("no response")) {
      return "No egress is free: LiveKit got no response from recording servers.";
    }
    if (words.contains("not connected")) {
      return "LiveKit has no egress: egress not connected.";
    }
    if (words.contains("exhausted")) {
      return "No egress has enough CPU left.";
    }
    return "Egress did not accept the recording.";
  }

  /// Explains why egress failed.
  static String failure(EgressInfo info) {
    return switch (info.end()) {
      case OVERLOAD -> "Egress failed: it ran out of CPU or memory.";
      case NOTHING_SENT -> "The recording ended before anybody sent audio or video.";
      case LIMIT -> "The recording reached egress's limit.";
      case SHUT_DOWN -> "Egress was stopped.";
      case SOURCE_CLOSED, UNSPECIFIED, FAILURE -> gaveUp(info.detail().toLowerCase(Locale.ROOT));
    };
  }

  private static String gaveUp(String words) {
    if (words.contains("upload")) {
      return "Egress could not deliver the file.";
    }
    return words.contains("pipeline") ? "Egress failed: its pipeline broke." : "Egress failed.";
  }
}
