package parley.speech.decoding;

import java.time.Duration;
import parley.ffmpeg.ChildLimits;

/// What one decoding may cost.
///
/// @param maxAudio longer recordings are refused with `AUDIO_TOO_LONG`
/// @param processorTime of the child process
/// @param memoryBytes address space of the child process
public record DecodingLimits(Duration maxAudio, Duration processorTime, long memoryBytes) {
  /// Twelve hours of audio. Decoding runs several hundred times faster than the recording, so ten
  /// minutes of processor time are ample; 1.5 GiB holds ffmpeg's libraries (0.3 GiB of address
  /// space) and any sane frame.
  public static final DecodingLimits DEFAULT =
      new DecodingLimits(Duration.ofHours(12), Duration.ofMinutes(10), 1536L << 20);

  /// Between two blocks of sound. A film of gigabytes whose sound ends early is read to its end in
  /// that time from any disk that is worth it.
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /// What the child process may cost; it writes no files.
  ChildLimits ofChild() {
    return new ChildLimits(processorTime, PATIENCE, memoryBytes, 0);
  }
}
