package parley.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.speakers.ConsentReader;
import parley.speech.BackendPreference;
import parley.speech.Backends;
import parley.speech.TenantPolicies;
import parley.speech.transcript.Languages;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcriber;
import parley.tenants.TenantId;

/// Reads consents with the backends that the tenant allows: our own recogniser where it may, so
/// that the recording goes no further than it must.
record TranscribedConsents(Backends backends, TenantPolicies policies) implements ConsentReader {
  @Override
  public Optional<String> read(TenantId tenant, Path recording, String language)
      throws IOException {
    Optional<Transcriber> transcriber =
        policies.of(tenant).order(BackendPreference.ANY).stream()
            .sorted()
            .map(backends::find)
            .flatMap(Optional::stream)
            .findFirst();
    if (transcriber.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        transcriber
            .get()
            .transcribe(recording, SpeechOptions.in(known(language)), share -> {})
            .text());
  }

  /// A language that no transcriber knows is left for it to find out.
  private static @Nullable String known(String language) {
    try {
      return Languages.normal(language, "language_primary");
    } catch (Problem unknown) {
      return null;
    }
  }
}
