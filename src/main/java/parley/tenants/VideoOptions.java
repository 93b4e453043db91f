package parley.tenants;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// How the pictures of a call are recorded. Null is whatever else holds: the tenant's, or the
/// server's own.
///
/// @param layout one of [#LAYOUTS]
/// @param width pixels, even; null exactly when the height is
/// @param height pixels, even
/// @param videoKbps kilobits a second of the pictures alone
public record VideoOptions(
    @Nullable String layout,
    @Nullable Integer width,
    @Nullable Integer height,
    @Nullable Integer videoKbps) {
  public static final VideoOptions UNSET = new VideoOptions(null, null, null, null);

  /// Those that egress brings along:
  /// https://docs.livekit.io/transport/media/ingress-egress/egress/composite-recording/
  public static final Set<String> LAYOUTS =
      Set.of(
          "grid",
          "grid-light",
          "speaker",
          "speaker-light",
          "single-speaker",
          "single-speaker-light");

  /// Smaller, and nobody recognises anybody.
  public static final int MIN_PIXELS = 160;

  /// 4K. Egress encodes with a processor.
  public static final int MAX_PIXELS = 3_840;

  public static final int MIN_KBPS = 100;
  public static final int MAX_KBPS = 20_000;

  /// As asked for.
  ///
  /// @param prefix of the names of the fields, which a problem tells
  /// @throws Problem VALIDATION
  public static VideoOptions of(
      @Nullable String layout,
      @Nullable Integer width,
      @Nullable Integer height,
      @Nullable Integer videoKbps,
      String prefix) {
    if (layout != null && !LAYOUTS.contains(layout)) {
      throw refused(prefix + "layout", "one of " + String.join(", ", new TreeSet<>(LAYOUTS)));
    }
    side(width, prefix + "width");
    side(height, prefix + "height");
    if ((width == null) != (height == null)) {
      throw refused(prefix + (width == null ? "width" : "height"), "needed beside the other side");
    }
    if (videoKbps != null && (videoKbps < MIN_KBPS || videoKbps > MAX_KBPS)) {
      throw refused(prefix + "video_kbps", "a whole number from " + MIN_KBPS + " to " + MAX_KBPS);
    }
    return new VideoOptions(layout, width, height, videoKbps);
  }

  /// H.264 takes even sides alone.
  private static void side(@Nullable Integer pixels, String name) {
    if (pixels != null && (pixels < MIN_PIXELS || pixels > MAX_PIXELS || pixels % 2 != 0)) {
      throw refused(name, "an even number from " + MIN_PIXELS + " to " + MAX_PIXELS);
    }
  }

  private static Problem refused(String name, String rule) {
    return new Problem(ProblemCode.VALIDATION, "'" + name + "' is " + rule + ".").at(name);
  }

  /// This, and where it says nothing the other.
  public VideoOptions or(VideoOptions other) {
    return new VideoOptions(
        layout == null ? other.layout : layout,
        width == null ? other.width : width,
        height == null ? other.height : height,
        videoKbps == null ? other.videoKbps : videoKbps);
  }
}
