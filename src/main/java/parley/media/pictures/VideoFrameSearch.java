package parley.media.pictures;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import parley.ffmpeg.Arguments;

/// One way to look for a frame that shows something.
///
/// @param start where in the video it begins
/// @param length how much of the video it looks at
/// @param keyFramesOnly whether it decodes only those, which are few
/// @param refusesBlack whether a black frame will not do
record VideoFrameSearch(
    Duration start, Duration length, boolean keyFramesOnly, boolean refusesBlack) {

  /// A frame of which more than this percentage is darker than [#DARK] counts as black.
  private static final int MAX_DARK_PERCENT = 92;

  /// Of 16 (black) to 235.
  private static final int DARK = 36;

  /// The most typical of that many is taken.
  private static final int FRAMES_COMPARED = 12;

  /// Past titles that fade in, but never far into a long film.
  private static final Duration MAX_START = Duration.ofSeconds(30);

  /// How much of a video is decoded if none of its key frames will do: 20 s of 1080p at 30 frames,
  /// or 5 s of 4K.
  private static final long MAX_PIXELS_DECODED = 1_244_160_000L;

  private static final int FRAMES_A_SECOND = 30;

  /// From the cheapest and most promising to the one that accepts any frame.
  ///
  /// @param pixels of a frame
  static List<VideoFrameSearch> inOrder(@Nullable Duration duration, long pixels) {
    Duration whole =
        Duration.ofSeconds(
            Math.clamp(MAX_PIXELS_DECODED / Math.max(1, pixels) / FRAMES_A_SECOND, 1, 20));
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

  /// The arguments up to the input.
  List<String> arguments(PictureLimits limits) {
    return Arguments.of(
        ("-protocol_whitelist fd,pipe -format_whitelist %s -threads 1 -max_pixels %d"
                + (keyFramesOnly ? " -skip_frame nokey" : "")
                + " -ss %s -t %s -fd 0 -i fd:")
            .formatted(MediaProbe.FORMATS, limits.maxPixels(), seconds(start), seconds(length)));
  }

  /// The filters that give the frame. Frames are made small first, so that judging them costs
  /// little.
  String label(ThumbnailGraph graph, DynamicRange range) {
    int[] small = graph.dimensions(Thumbnail.Size.LARGE);
    // JPEG and WebP know one matrix, that of BT.601; a wider range is brought there later.
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
