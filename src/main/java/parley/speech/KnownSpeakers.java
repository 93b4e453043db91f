package parley.speech;

import java.io.IOException;
import java.util.List;
import parley.storage.SpoolFile;

/// People whom a request names itself, each with a sample of their voice that is kept until the
/// recording is transcribed.
///
/// @param names in the order of `samples`
record KnownSpeakers(List<String> names, List<SpoolFile> samples) implements AutoCloseable {
  static final KnownSpeakers NOBODY = new KnownSpeakers(List.of(), List.of());

  KnownSpeakers {
    names = List.copyOf(names);
    samples = List.copyOf(samples);
  }

  /// Removes the samples unless they were kept.
  @Override
  public void close() throws IOException {
    for (SpoolFile sample : samples) {
      sample.close();
    }
  }
}
