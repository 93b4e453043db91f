package parley.media.pictures;

import java.time.Duration;
import parley.ffmpeg.ChildLimits;

/// What one picture or video may cost.
///
/// @param processorTime of one child process
/// @param patience wall-clock time of one child process
/// @param memoryBytes address space of one child process
/// @param maxPixels of a picture or frame; larger ones get no thumbnail
/// @param maxJpegPixels of a JPEG, which is decoded at a fraction of its size
/// @param last whether nothing longer is tried: a video then gets whatever frame it can have
public record PictureLimits(
    Duration processorTime,
    Duration patience,
    long memoryBytes,
    long maxPixels,
    long maxJpegPixels,
    boolean last) {

  /// No thumbnail is near that size.
  private static final long MAX_FILE_BYTES = 8L << 20;

  /// How long one content may take under any limits: a probe, one child that is at its limit when
  /// the time for starting another is over, and one more for whatever frame there is.
  public static final Duration MAX_TIME = Duration.ofMinutes(10);

  /// 64 megapixels are 256 MiB decoded, and more than any camera but a few makes; those few write
  /// JPEGs of up to 200 megapixels. 2 GiB of address space hold that beside ffmpeg's libraries (0.3
  /// GiB).
  public static PictureLimits standard() {
    return new PictureLimits(
        Duration.ofSeconds(20), Duration.ofSeconds(90), 2L << 30, 64_000_000, 256_000_000, true);
  }

  /// What all but large and dark videos, and files that were made to be slow, keep within: 12
  /// megapixels take 0.1 s, 60 megapixels 1 s.
  public static PictureLimits shortTry() {
    PictureLimits all = standard();
    return new PictureLimits(
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        all.memoryBytes,
        all.maxPixels,
        all.maxJpegPixels,
        false);
  }

  /// What one child process may cost.
  ChildLimits ofChild() {
    return new ChildLimits(processorTime, patience, memoryBytes, MAX_FILE_BYTES);
  }
}
