package parley.web.multipart;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Decides, part by part in the order of the body, where the content goes.
@FunctionalInterface
public interface PartHandler {
  /// Where the content of the part with these headers goes; null when nobody wants it, then it is
  /// skipped.
  @Nullable PartSink part(PartHeaders headers) throws IOException;
}
