package parley.speech.decoding;

import java.time.Duration;
import parley.ffmpeg.ChildLimits;

/// Limits of one decoding.
///
/// @param maxAudio longer recordings are refused with `AUDIO_TOO_LONG`
/// @param processorTime of the child process
/// @param memoryBytes address space of the child process
public record DecodingLimits(Duration maxAudio, Duration processorTime, long memoryBytes) {
  /// Twelve hours of audio. Decoding is several hundred times faster than real time, so ten minutes
  /// of CPU time are ample; 1.5 GiB holds ffmpeg's libraries (0.3 GiB of address space) and any
  /// sane frame.
  public static final DecodingLimits DEFAULT =
      new DecodingLimits(Duration.ofHours(12), Duration.ofMinutes(10), 1536L << 20);

  /// Maximum time between two blocks of audio. Any usable disk can read to the end of a film of
  /// several gigabytes in that time, even if its audio ends early.
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /// Returns the limits of the child process, which writes no files.
  ChildLimits ofChild() {
    return new ChildLimits(processorTime, PATIENCE, memoryBytes, 0);
  }
}
