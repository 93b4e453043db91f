package parley.web.multipart;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Chooses a sink for each part, in the order of the body.
@FunctionalInterface
public interface PartHandler {
  /// The sink for the part with these headers; null to skip the part.
  @Nullable PartSink part(PartHeaders headers) throws IOException;
}
