package parley.speakers;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.storage.BlobKey;
import parley.storage.Sha256;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// A person who has agreed to be recognised by their voice.
///
/// @param language of most of what they say, as it was given
/// @param user whose voice it is; null where that was not told
/// @param profile what their voice is known by
/// @param preflight how their recordings did when they were enrolled, as JSON
/// @param failureReason why the profile could not be made again; null when it was not tried in vain
public record Speaker(
    TenantId tenant,
    SpeakerId id,
    String displayName,
    String language,
    @Nullable String description,
    @Nullable UserId user,
    Profile profile,
    String preflight,
    @Nullable String failureReason,
    Instant createdAt,
    Instant expiresAt) {
  /// More speech than this no longer improves a profile.
  private static final double ENOUGH_SPEECH_SECONDS = 20;

  /// What a voice is recognised by. The embedding itself is a blob.
  ///
  /// @param embedding the content that holds it
  /// @param bytes the size of that content
  /// @param model what made it
  /// @param threshold from which similarity on the speaker is named, 0 to 1
  /// @param speechMillis how much speech it was made of
  public record Profile(
      Sha256 embedding, int bytes, VoiceModel model, double threshold, long speechMillis) {
    double speechSeconds() {
      return speechMillis / 1000.0;
    }
  }

  Speaker with(String newName, @Nullable String newDescription, Instant newExpiry) {
    return new Speaker(
        tenant,
        id,
        newName,
        language,
        newDescription,
        user,
        profile,
        preflight,
        failureReason,
        createdAt,
        newExpiry);
  }

  BlobKey embedding() {
    return new BlobKey(tenant, profile.embedding());
  }

  /// The quality of the profile by amount of speech, 0 to 100.
  public int percent() {
    return (int) Math.min(100, 100 * profile.speechSeconds() / ENOUGH_SPEECH_SECONDS);
  }

  /// Whether the profile can be used.
  ///
  /// @param present the voice model of this node; null when it has none
  public SpeakerStatus status(@Nullable VoiceModel present) {
    if (present == null || present.equals(profile.model())) {
      return SpeakerStatus.READY;
    }
    return failureReason == null ? SpeakerStatus.STALE : SpeakerStatus.FAILED;
  }
}
