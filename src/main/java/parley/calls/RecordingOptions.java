package parley.calls;

import java.util.Objects;
import parley.calls.livekit.Egress;
import parley.tenants.VideoOptions;

/// What of a call is recorded: sound, pictures or both.
///
/// @param picture how the pictures look; without meaning when there are none
/// @param transcript whether to transcribe it, which takes sound
public record RecordingOptions(
    boolean audio, boolean video, VideoOptions picture, boolean transcript) {
  /// Egress's own default for 720p.
  private static final int DEFAULT_KBPS = 3_000;

  private static final int DEFAULT_WIDTH = 1_280;
  private static final int DEFAULT_HEIGHT = 720;

  /// The pictures as egress is asked for them: egress's defaults where nothing else is said.
  Egress.Video egressVideo() {
    return new Egress.Video(
        Objects.requireNonNullElse(picture.layout(), "grid"),
        Objects.requireNonNullElse(picture.width(), DEFAULT_WIDTH),
        Objects.requireNonNullElse(picture.height(), DEFAULT_HEIGHT),
        Objects.requireNonNullElse(picture.videoKbps(), kbps()));
  }

  /// As much for each pixel as egress gives 720p.
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

  /// As egress is asked for it.
  Egress.Tracks tracks() {
    if (!video) {
      return Egress.Tracks.AUDIO;
    }
    return audio ? Egress.Tracks.BOTH : Egress.Tracks.VIDEO;
  }
}
