package parley.speech;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Tells how long recordings are.
public interface RecordingLength {
  /// A recording's announced length, which may be wrong, at little cost; empty when it announces
  /// none.
  ///
  /// @throws parley.problem.Problem UNSUPPORTED_MEDIA when there is nothing to hear in it
  Optional<Duration> of(Path recording) throws IOException;

  /// A recording's true length, by decoding all of it.
  ///
  /// @throws parley.problem.Problem UNSUPPORTED_MEDIA when there is nothing to hear in it,
  ///   AUDIO_TOO_LONG beyond the longest audio that is decoded
  Duration measured(Path recording) throws IOException;
}
