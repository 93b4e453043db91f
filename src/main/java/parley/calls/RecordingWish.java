package parley.calls;

import parley.calls.livekit.Egress;

/// What of a call is to be recorded; sound, pictures or both.
///
/// @param transcript whether it is to be transcribed, which takes sound
public record RecordingWish(boolean audio, boolean video, boolean transcript) {
  /// As egress is asked for it.
  Egress.Tracks tracks() {
    if (!video) {
      return Egress.Tracks.AUDIO;
    }
    return audio ? Egress.Tracks.BOTH : Egress.Tracks.VIDEO;
  }
}
