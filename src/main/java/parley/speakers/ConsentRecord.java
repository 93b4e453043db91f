package parley.speakers;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One entry of the consent log, as it is hashed. Fields that do not apply to its kind are null.
///
/// @param kind `given`, `reference` for one more recording, or `withdrawn`
/// @param referenceSha256 of the reference recordings, as they were sent
/// @param consentSha256 of the consent recording, as it was sent
/// @param preflight how the recordings did
/// @param calledBy the user who asked for it
/// @param keyId the key they asked with
record ConsentRecord(
    String kind,
    String speakerId,
    @Nullable String displayName,
    @Nullable String languagePrimary,
    @Nullable UUID userId,
    @Nullable String consentUserFullName,
    @Nullable String consentStatedPurpose,
    @Nullable String consentText,
    List<String> referenceSha256,
    @Nullable String consentSha256,
    @Nullable Preflight preflight,
    UUID calledBy,
    UUID keyId,
    Instant recordedAt) {
  static final String GIVEN = "given";
  static final String REFERENCE = "reference";
  static final String WITHDRAWN = "withdrawn";

  /// An entry with its place in the chain.
  ///
  /// @param record the JSON that was hashed, unchanged
  record Entry(long sequence, String record, String previousHash, String hash) {}
}
