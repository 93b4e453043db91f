package parley.speakers;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.tenants.UserId;

/// The proof that a profile was erased; it holds nothing biometric.
///
/// @param by who erased it; null when the server did so by itself
/// @param consentHash of the consent that the profile was made on
public record Erasure(
    UUID id,
    SpeakerId speaker,
    Reason reason,
    @Nullable UserId by,
    Instant at,
    @Nullable String consentHash) {
  /// Why it was erased.
  public enum Reason {
    DELETED,
    WITHDRAWN,
    EXPIRED;

    /// As the API and the database write it.
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Reason of(String text) {
      return Arrays.stream(values())
          .filter(reason -> reason.text().equals(text))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no such reason: " + text));
    }
  }
}
