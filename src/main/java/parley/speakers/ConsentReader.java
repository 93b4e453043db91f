package parley.speakers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import parley.tenants.TenantId;

/// Transcribes consent recordings.
@FunctionalInterface
public interface ConsentReader {
  /// The transcript; empty if no backend that the tenant allows is available here.
  ///
  /// @param language as the caller gave it, which may be none that the transcriber knows
  Optional<String> read(TenantId tenant, Path recording, String language) throws IOException;
}
