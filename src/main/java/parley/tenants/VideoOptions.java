package parley.tenants;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;

/// The video options of a call recording. Null means the default of the tenant or of the server.
///
/// @param layout one of [#LAYOUTS]
/// @param width in pixels, even; null if and only if the height is
/// @param height in pixels, even
/// @param videoKbps the bit rate without audio, in kbit/s
public record VideoOptions(
    @Nullable String layout,
    @Nullable Integer width,
    @Nullable Integer height,
    @Nullable Integer videoKbps) {
  public static final VideoOptions UNSET = new VideoOptions(null, null, null, null);

  /// The layouts that egress supports:
  /// https://docs.livekit.io/transport/media/ingress-egress/egress/composite-recording/
  public static final Set<String> LAYOUTS =
      Set.of(
          "grid",
          "grid-light",
          "speaker",
          "speaker-light",
          "single-speaker",
          "single-speaker-light");

  /// Faces are unrecognizable below this.
  public static final int MIN_PIXELS = 160;

  /// 4K; egress encodes on the CPU.
  public static final int MAX_PIXELS = 3_840;

  public static final int MIN_KBPS = 100;
  public static final int MAX_KBPS = 20_000;

  /// Validates the options of a request.
  ///
  /// @param prefix of the field names in error messages
  /// @throws Problem VALIDATION
  public static VideoOptions of(
      @Nullable String layout,
      @Nullable Integer width,
      @Nullable Integer height,
      @Nullable Integer videoKbps,
      String prefix) {
    if (layout != null && !LAYOUTS.contains(layout)) {
      throw Problem.invalid(
          prefix + "layout", "must be one of " + String.join(", ", new TreeSet<>(LAYOUTS)));
    }
    checkSide(width, prefix + "width");
    checkSide(height, prefix + "height");
    if ((width == null) != (height == null)) {
      throw Problem.invalid(
          prefix + (width == null ? "width" : "height"), "must be required with the other side");
    }
    if (videoKbps != null && (videoKbps < MIN_KBPS || videoKbps > MAX_KBPS)) {
      throw Problem.invalid(
          prefix + "video_kbps", "must be a whole number from " + MIN_KBPS + " to " + MAX_KBPS);
    }
    return new VideoOptions(layout, width, height, videoKbps);
  }

  /// H.264 requires even sides.
  private static void checkSide(@Nullable Integer pixels, String name) {
    if (pixels != null && (pixels < MIN_PIXELS || pixels > MAX_PIXELS || pixels % 2 != 0)) {
      throw Problem.invalid(
          name, "must be an even number from " + MIN_PIXELS + " to " + MAX_PIXELS);
    }
  }

  /// These options, with defaults for those that are unset.
  public VideoOptions or(VideoOptions defaults) {
    return new VideoOptions(
        layout == null ? defaults.layout : layout,
        width == null ? defaults.width : width,
        height == null ? defaults.height : height,
        videoKbps == null ? defaults.videoKbps : videoKbps);
  }
}
