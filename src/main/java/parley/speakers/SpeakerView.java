package parley.speakers;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.tenants.UserId;

/// A speaker in the API.
record SpeakerView(
    String id,
    String displayName,
    String languagePrimary,
    @Nullable String description,
    @Nullable UUID userId,
    String status,
    @Nullable String failureReason,
    int percent,
    String model,
    String modelVersion,
    Instant createdAt,
    Instant expiresAt,
    @JsonRawValue String preflight) {
  /// @param present the voice model of this node; null when it has none
  static SpeakerView of(Speaker speaker, @Nullable VoiceModel present) {
    UserId user = speaker.user();
    return new SpeakerView(
        speaker.id().toString(),
        speaker.displayName(),
        speaker.language(),
        speaker.description(),
        user == null ? null : user.value(),
        speaker.status(present).text(),
        speaker.failureReason(),
        speaker.percent(),
        speaker.profile().model().name(),
        speaker.profile().model().version(),
        speaker.createdAt(),
        speaker.expiresAt(),
        speaker.preflight());
  }

  /// Whether the caller has withdrawn.
  record WithdrawalView(boolean withdrawn, @Nullable Instant withdrawnAt) {}
}
