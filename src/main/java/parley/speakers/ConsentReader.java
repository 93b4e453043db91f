package parley.speakers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import parley.tenants.TenantId;

/// Writes down what is said in a consent recording.
@FunctionalInterface
public interface ConsentReader {
  /// The words; empty when nothing that the tenant allows can transcribe here.
  ///
  /// @param language as the caller gave it, which may be none that the transcriber knows
  Optional<String> read(TenantId tenant, Path recording, String language) throws IOException;
}
