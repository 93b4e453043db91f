package parley.speech;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Tells how long a recording says it is, at little cost.
@FunctionalInterface
public interface RecordingLength {
  /// Its announced length, which may be wrong; empty when it announces none.
  ///
  /// @throws parley.problem.Problem UNSUPPORTED_MEDIA when there is nothing to hear in it
  Optional<Duration> of(Path recording) throws IOException;
}
