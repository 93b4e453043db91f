package parley.speakers;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.tenants.UserId;
import parley.text.TextEnum;

/// Proof that a profile was erased. It contains no biometric data.
///
/// @param by who erased it; null when the server did so by itself
/// @param consentHash of the consent that the profile was made on
public record Erasure(
    UUID id,
    @JsonProperty("speaker_id") SpeakerId speaker,
    Reason reason,
    @JsonProperty("erased_by") @Nullable UserId by,
    @JsonProperty("erased_at") Instant at,
    @Nullable String consentHash) {
  /// Why a profile was erased.
  public enum Reason implements TextEnum {
    DELETED,
    WITHDRAWN,
    EXPIRED
  }
}
