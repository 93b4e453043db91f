package parley.calls;

import java.time.Instant;
import parley.calls.livekit.EgressInfo;
import parley.media.MediaId;

/// Everything that can happen to a recording. Each may come late, and more than once.
public sealed interface RecordingInput {
  /// When it happened.
  Instant now();

  /// Egress did not take it.
  ///
  /// @param reason in words for everybody
  /// @param detail what LiveKit said, for operators
  record Refused(String reason, String detail, Instant now) implements RecordingInput {}

  /// Somebody who may do so, or the end of the call, stops it.
  record Stop(RecordingEndReason why, Instant now) implements RecordingInput {}

  /// LiveKit tells its state: in an answer, a list or a webhook.
  record Told(EgressInfo info, Instant now) implements RecordingInput {}

  /// LiveKit does not know it, and its recorder is not in the call.
  record Unknown(Instant now) implements RecordingInput {}

  /// Its recorder is in the call.
  record Seen(Instant now) implements RecordingInput {}

  /// Its recorder is not in the call.
  record NotSeen(Instant now) implements RecordingInput {}

  /// The file is in its place, whole.
  record FileSeen(Instant now) implements RecordingInput {}

  /// The file is not in its place.
  record FileMissing(Instant now) implements RecordingInput {}

  /// The place of the files does not answer, so that nobody knows whether the file is there.
  record PlaceAway(Instant now) implements RecordingInput {}

  /// The file has been made a media entry.
  record Kept(MediaId media, Instant now) implements RecordingInput {}

  /// The file cannot be made a media entry.
  ///
  /// @param reason in words for everybody
  record Unusable(String reason, Instant now) implements RecordingInput {}

  /// Time passed.
  record Tick(Instant now) implements RecordingInput {}

  /// What operators may want to know beyond the reason; empty when there is nothing.
  default String detail() {
    return switch (this) {
      case Refused refused -> refused.detail();
      case Told(EgressInfo info, Instant now) -> info.detail();
      case RecordingInput ignored -> "";
    };
  }
}
