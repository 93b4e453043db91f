package parley.speech;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import parley.problem.Problem;
import parley.problem.ServiceUnavailable;
import parley.speech.transcript.Transcript;

/// How long a recording is that the relay transcribed. Other servers often do not tell, and what
/// they tell ends up on the meter; so it is believed where the recording says much the same, and
/// measured else.
record RelayedLength(RecordingLength length) {
  /// Headers and decoders differ by some frames, and servers round.
  private static final Duration ROUNDED = Duration.ofSeconds(1);

  /// Longer than any recording here.
  private static final Duration MAX_LENGTH = Duration.ofHours(24);

  /// The transcript with the recording's own length, and nothing said beyond it.
  Transcript checked(Transcript transcript, Path recording) throws IOException {
    return transcript.ofLength(honest(transcript.duration(), recording));
  }

  private Duration honest(Duration told, Path recording) throws IOException {
    try {
      Optional<Duration> announced = length.of(recording);
      boolean agreed =
          announced.filter(own -> own.minus(told).abs().compareTo(ROUNDED) <= 0).isPresent();
      return agreed ? told : length.measured(recording);
    } catch (Problem | ServiceUnavailable unknownHere) {
      // The other server can decode what this one cannot, or cannot now.
      return told.compareTo(MAX_LENGTH) < 0 ? told : MAX_LENGTH;
    }
  }
}
