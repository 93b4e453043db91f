package parley.calls;

import java.util.Objects;
import parley.calls.livekit.Egress;
import parley.tenants.VideoOptions;

/// What of a call is to be recorded; sound, pictures or both.
///
/// @param picture how the pictures are to be; of no meaning without any
/// @param transcript whether it is to be transcribed, which takes sound
public record RecordingWish(
    boolean audio, boolean video, VideoOptions picture, boolean transcript) {
  private static final int USUAL_KBPS = 3_000;

  private static final long USUAL_PIXELS = 1_280L * 720;

  /// How the pictures are to look, as egress is asked for it: what is not said is egress's default,
  /// 720p in a grid.
  Egress.Look look() {
    return new Egress.Look(
        Objects.requireNonNullElse(picture.layout(), "grid"),
        Objects.requireNonNullElse(picture.width(), 1_280),
        Objects.requireNonNullElse(picture.height(), 720),
        Objects.requireNonNullElse(picture.videoKbps(), kbps()));
  }

  /// As much for each pixel as egress gives 720p.
  private int kbps() {
    if (picture.width() == null || picture.height() == null) {
      return USUAL_KBPS;
    }
    long pixels = (long) picture.width() * picture.height();
    return Math.clamp(
        USUAL_KBPS * pixels / USUAL_PIXELS, VideoOptions.MIN_KBPS, VideoOptions.MAX_KBPS);
  }

  /// As egress is asked for it.
  Egress.Tracks tracks() {
    if (!video) {
      return Egress.Tracks.AUDIO;
    }
    return audio ? Egress.Tracks.BOTH : Egress.Tracks.VIDEO;
  }
}
