package parley.media.pictures;

import java.time.Duration;
import parley.ffmpeg.ChildLimits;

/// What one picture or video may cost.
///
/// @param processorTime of one child process
/// @param patience wall-clock time of one child process
/// @param memoryBytes address space of one child process
/// @param mostPixels of a picture or frame; larger ones get no thumbnail
/// @param mostJpegPixels of a JPEG, which is decoded at a fraction of its size
/// @param atOnce child processes at a time; others wait
public record PictureLimits(
    Duration processorTime,
    Duration patience,
    long memoryBytes,
    long mostPixels,
    long mostJpegPixels,
    int atOnce) {

  /// No thumbnail is near that size.
  private static final long MAX_FILE_BYTES = 8L << 20;

  /// 64 megapixels are 256 MiB decoded, and more than any camera but a few makes; those few write
  /// JPEGs of up to 200 megapixels. 2 GiB of address space hold that beside ffmpeg's libraries (0.3
  /// GiB). One child for two processors keeps the rest of the server answering.
  public static PictureLimits standard() {
    return new PictureLimits(
        Duration.ofSeconds(30),
        Duration.ofSeconds(90),
        2L << 30,
        64_000_000,
        256_000_000,
        Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }

  /// What one child process may cost.
  ChildLimits ofChild() {
    return new ChildLimits(processorTime, patience, memoryBytes, MAX_FILE_BYTES);
  }
}
