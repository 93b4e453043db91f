package parley.calls;

import java.util.Locale;
import parley.calls.livekit.EgressInfo;

/// Why there is no recording, as text for everybody who may see the call. Messages of egress and
/// LiveKit may contain addresses, paths and keys, so only operators see those.
final class RecordingReasons {
  static final String NO_EGRESS = "No egress took the recording.";
  static final String NO_LIVEKIT = "LiveKit does not answer.";
  static final String NO_PLACE =
      "The place for recordings cannot be used right now; an operator is told.";
  static final String NEVER_BEGAN = "Egress took the recording and never began.";
  static final String FORGOTTEN = "LiveKit has forgotten it.";
  static final String LEFT = "Egress left the call without a word.";
  static final String NO_WORD_OF_FILE = "Egress never said that the file is there.";
  static final String NO_FILE = "Egress said that the file is there, and it is not.";
  static final String IN_BACKUP =
      "Egress could not upload the file and keeps it in its backup, where an operator finds it.";

  private RecordingReasons() {}

  /// Explains why LiveKit refused to record.
  static String refusal(String said) {
    String words = said.toLowerCase(Locale.ROOT);
    if (words.contains("no response")) {
      return "No egress is free: LiveKit had no response from servers that record.";
    }
    if (words.contains("not connected")) {
      return "LiveKit has no egress: egress not connected.";
    }
    if (words.contains("exhausted")) {
      return "No egress has enough processor time left.";
    }
    return "Egress did not take it.";
  }

  /// Explains why egress failed.
  static String failure(EgressInfo info) {
    return switch (info.end()) {
      case OVERLOAD -> "Egress gave up: it had too little processor time or memory.";
      case NOTHING_SENT -> "It was over before anybody sent sound or pictures.";
      case LIMIT -> "It reached the limit of egress.";
      case SHUT_DOWN -> "Egress was stopped.";
      case SOURCE_CLOSED, UNTOLD, FAILURE -> gaveUp(info.detail().toLowerCase(Locale.ROOT));
    };
  }

  private static String gaveUp(String words) {
    if (words.contains("upload")) {
      return "Egress could not put the file in its place.";
    }
    return words.contains("pipeline") ? "Egress gave up: its pipeline failed." : "Egress gave up.";
  }
}
