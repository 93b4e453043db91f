package parley.media;

import java.io.IOException;
import java.io.InputStream;

/// Looks into contents for viruses.
@FunctionalInterface
public interface VirusScanner {
  /// What was found.
  sealed interface Verdict {
    /// Everything was looked at and nothing found.
    record Clean() implements Verdict {}

    /// A virus was found.
    ///
    /// @param signature the scanner's name for it
    record Infected(String signature) implements Verdict {}

    /// Not everything was looked at: the content is larger or deeper than the scanner goes.
    record BeyondLimits() implements Verdict {}
  }

  /// Looks into a content of `size` bytes; the caller closes the stream.
  ///
  /// @throws IOException when no verdict could be had, so that it has to be tried again
  Verdict scan(InputStream content, long size) throws IOException;
}
