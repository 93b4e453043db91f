package parley.calls;

import java.time.Instant;
import parley.calls.livekit.EgressInfo;
import parley.media.MediaId;

/// Everything that can happen to a recording. Any input may be late or repeated.
public sealed interface RecordingInput {
  /// When it happened.
  Instant now();

  /// Egress did not accept it.
  ///
  /// @param reason text for everybody
  /// @param detail what LiveKit said, for operators
  record Refused(String reason, String detail, Instant now) implements RecordingInput {}

  /// Somebody with permission, or the end of the call, stops it.
  record Stop(RecordingEndReason why, Instant now) implements RecordingInput {}

  /// LiveKit reported its state: in an answer, a list or a webhook.
  record Reported(EgressInfo info, Instant now) implements RecordingInput {}

  /// LiveKit does not know it, and its recorder is not in the call.
  record Unknown(Instant now) implements RecordingInput {}

  /// Its recorder is in the call.
  record Seen(Instant now) implements RecordingInput {}

  /// Its recorder is not in the call.
  record NotSeen(Instant now) implements RecordingInput {}

  /// The complete file has been delivered.
  record FileSeen(Instant now) implements RecordingInput {}

  /// No file has been delivered.
  record FileMissing(Instant now) implements RecordingInput {}

  /// The delivery location is unavailable, so it is unknown whether the file exists.
  record LocationUnavailable(Instant now) implements RecordingInput {}

  /// The file has been imported as a media entry.
  record Imported(MediaId media, Instant now) implements RecordingInput {}

  /// The file cannot be imported.
  ///
  /// @param reason text for everybody
  record Unusable(String reason, Instant now) implements RecordingInput {}

  /// Time passed.
  record Tick(Instant now) implements RecordingInput {}

  /// Returns details for operators beyond the reason; may be empty.
  default String detail() {
    return switch (this) {
      case Refused refused -> refused.detail();
      case Reported(EgressInfo info, Instant now) -> info.detail();
      case RecordingInput ignored -> "";
    };
  }
}
