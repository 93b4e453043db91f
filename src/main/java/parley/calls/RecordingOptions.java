package parley.calls;

import java.util.Objects;
import parley.calls.livekit.Egress;
import parley.tenants.VideoOptions;

/// Which media of a call are recorded.
///
/// @param picture video options; ignored without video
/// @param transcript whether to transcribe it, which requires audio
public record RecordingOptions(
    boolean audio, boolean video, VideoOptions picture, boolean transcript) {
  /// Egress's own default for 720p.
  private static final int DEFAULT_KBPS = 3_000;

  private static final int DEFAULT_WIDTH = 1_280;
  private static final int DEFAULT_HEIGHT = 720;

  /// Returns the video options for egress, with egress's defaults for what is unset.
  Egress.Video egressVideo() {
    return new Egress.Video(
        Objects.requireNonNullElse(picture.layout(), "grid"),
        Objects.requireNonNullElse(picture.width(), DEFAULT_WIDTH),
        Objects.requireNonNullElse(picture.height(), DEFAULT_HEIGHT),
        Objects.requireNonNullElse(picture.videoKbps(), kbps()));
  }

  /// Scales the bit rate with the number of pixels, relative to egress's for 720p.
  private int kbps() {
    if (picture.width() == null || picture.height() == null) {
      return DEFAULT_KBPS;
    }
    long pixels = (long) picture.width() * picture.height();
    return Math.clamp(
        DEFAULT_KBPS * pixels / (DEFAULT_WIDTH * DEFAULT_HEIGHT),
        VideoOptions.MIN_KBPS,
        VideoOptions.MAX_KBPS);
  }

  /// Returns the tracks to request from egress.
  Egress.Tracks tracks() {
    if (!video) {
      return Egress.Tracks.AUDIO;
    }
    return audio ? Egress.Tracks.BOTH : Egress.Tracks.VIDEO;
  }
}
