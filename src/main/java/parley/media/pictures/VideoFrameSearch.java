package parley.media.pictures;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import parley.ffmpeg.Arguments;

/// A strategy for finding a video frame that shows something.
///
/// @param start where in the video to start
/// @param length how much of the video to search
/// @param keyFramesOnly whether to decode only key frames, which are few
/// @param refusesBlack whether to skip black frames
record VideoFrameSearch(
    Duration start, Duration length, boolean keyFramesOnly, boolean refusesBlack) {

  /// A frame counts as black if more than this percentage is darker than [#DARK].
  private static final int MAX_DARK_PERCENT = 92;

  /// On the scale from 16 (black) to 235.
  private static final int DARK = 36;

  /// The most representative of this many frames is chosen.
  private static final int FRAMES_COMPARED = 12;

  /// Skips fade-ins, but not far into a long film.
  private static final Duration MAX_START = Duration.ofSeconds(30);

  /// How much is decoded if no key frame is suitable: 20 s of 1080p at 30 frames per second, or 5 s
  /// of 4K.
  private static final long MAX_PIXELS_DECODED = 1_244_160_000L;

  private static final int FRAMES_PER_SECOND = 30;

  /// The searches in order, from the cheapest and most promising one to one that accepts any frame.
  ///
  /// @param pixels of a frame
  static List<VideoFrameSearch> inOrder(@Nullable Duration duration, long pixels) {
    Duration whole =
        Duration.ofSeconds(
            Math.clamp(MAX_PIXELS_DECODED / Math.max(1, pixels) / FRAMES_PER_SECOND, 1, 20));
    Duration start = duration == null ? Duration.ZERO : duration.dividedBy(10);
    if (start.compareTo(MAX_START) > 0) {
      start = MAX_START;
    }
    return List.of(
        new VideoFrameSearch(start, Duration.ofMinutes(2), true, true),
        new VideoFrameSearch(Duration.ZERO, Duration.ofHours(2), true, true),
        new VideoFrameSearch(Duration.ZERO, whole, false, true),
        new VideoFrameSearch(Duration.ZERO, Duration.ofSeconds(20), false, false));
  }

  /// The arguments up to and including the input.
  List<String> arguments(PictureLimits limits) {
    return Arguments.of(
        ("-protocol_whitelist fd,pipe -format_whitelist %s -threads 1 -max_pixels %d"
                + (keyFramesOnly ? " -skip_frame nokey" : "")
                + " -ss %s -t %s -fd 0 -i fd:")
            .formatted(MediaProbe.FORMATS, limits.maxPixels(), seconds(start), seconds(length)));
  }

  /// The filters that yield the frame. Frames are scaled down first, so that comparing them is
  /// cheap.
  String label(ThumbnailGraph graph, DynamicRange range) {
    int[] small = graph.dimensions(Thumbnail.Size.LARGE);
    // JPEG and WebP always use the BT.601 matrix; higher ranges are converted to it later.
    String scaled =
        "[0:V:0]scale=%d:%d:flags=bicubic%s,setsar=1,"
            .formatted(
                small[0],
                small[1],
                range == DynamicRange.STANDARD ? ":out_color_matrix=bt601" : "");
    if (!refusesBlack) {
      return scaled;
    }
    return scaled
        + "blackframe=amount=0:threshold=%d,".formatted(DARK)
        + "metadata=select:key=lavfi.blackframe.pblack:value=%d:function=less,"
            .formatted(MAX_DARK_PERCENT)
        + "thumbnail=n=%d,".formatted(FRAMES_COMPARED);
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.3f", time.toMillis() / 1000.0);
  }
}
