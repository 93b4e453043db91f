package parley.media.pictures;

import java.time.Duration;
import parley.ffmpeg.ChildLimits;

/// Resource limits for one picture or video.
///
/// @param processorTime of each child process
/// @param patience wall-clock time of each child process
/// @param memoryBytes address space of each child process
/// @param maxPixels of a picture or frame; larger ones get no thumbnail
/// @param maxJpegPixels of a JPEG, which is decoded at a fraction of its size
/// @param last whether no attempt with higher limits follows; a video then gets any possible frame
public record PictureLimits(
    Duration processorTime,
    Duration patience,
    long memoryBytes,
    long maxPixels,
    long maxJpegPixels,
    boolean last) {

  /// Far more than any thumbnail.
  private static final long MAX_FILE_BYTES = 8L << 20;

  /// The maximum time for one file under any limits: a probe, a child at its limit when the time
  /// for further ones has run out, and another one for any possible frame.
  public static final Duration MAX_TIME = Duration.ofMinutes(10);

  /// 64 megapixels are 256 MiB when decoded and more than nearly all cameras produce; the others
  /// write JPEGs of up to 200 megapixels. 2 GiB of address space suffice for that and ffmpeg's
  /// libraries (0.3 GiB).
  public static PictureLimits standard() {
    return new PictureLimits(
        Duration.ofSeconds(20), Duration.ofSeconds(90), 2L << 30, 64_000_000, 256_000_000, true);
  }

  /// Sufficient for everything except large or dark videos and files crafted to be slow: 12
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

  /// The limits of each child process.
  ChildLimits ofChild() {
    return new ChildLimits(processorTime, patience, memoryBytes, MAX_FILE_BYTES);
  }
}
