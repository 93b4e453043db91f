package parley.calls;

import java.time.Instant;
import parley.calls.livekit.EgressInfo;
import parley.media.MediaId;

/// Everything that can happen to a recording. Each may come late, and more than once.
public sealed interface RecordingInput {
  /// When it happened.
  Instant now();

  /// Egress did not take it.
  record Refused(String reason, Instant now) implements RecordingInput {}

  /// Somebody who may, or the end of the call, stops it.
  record Stop(Instant now) implements RecordingInput {}

  /// What LiveKit tells of it: in an answer, a list or a webhook.
  record Told(EgressInfo info, Instant now) implements RecordingInput {}

  /// LiveKit was asked about it and knows nothing of it.
  record Unknown(Instant now) implements RecordingInput {}

  /// Egress is connected to the call.
  record Seen(Instant now) implements RecordingInput {}

  /// The call is open, and egress is not connected to it.
  record NotSeen(Instant now) implements RecordingInput {}

  /// The file is in its place, whole.
  record FileSeen(Instant now) implements RecordingInput {}

  /// The file is not in its place.
  record FileMissing(Instant now) implements RecordingInput {}

  /// The place of the files does not answer: whether one is there cannot be known.
  record PlaceAway(Instant now) implements RecordingInput {}

  /// The file has been made a media entry.
  record Kept(MediaId media, Instant now) implements RecordingInput {}

  /// The file cannot be made a media entry.
  record Unusable(String reason, Instant now) implements RecordingInput {}

  /// Time passed.
  record Tick(Instant now) implements RecordingInput {}
}
