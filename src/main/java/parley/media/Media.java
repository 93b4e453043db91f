package parley.media;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.media.types.MediaType;
import parley.storage.BlobKey;
import parley.tenants.UserId;

/// A media entry: an uploaded file as its tenant sees it. Several entries may share one blob.
///
/// @param type detected from the bytes
/// @param charset of a text, as in HTTP; null if unknown
/// @param tenantScope whether the whole tenant may read it rather than only its owner
/// @param appUser the app's own user on whose behalf it was uploaded, if any
/// @param expiresAt when it will be deleted; null if the tenant's retention applies
public record Media(
    MediaId id,
    BlobKey blob,
    UserId owner,
    @Nullable UserId appUser,
    String fileName,
    long size,
    MediaType type,
    @Nullable String charset,
    MediaMetadata metadata,
    @Nullable String description,
    boolean tenantScope,
    ScanStatus scanStatus,
    Instant createdAt,
    @Nullable Instant expiresAt) {

  /// A copy with other mutable fields.
  Media with(@Nullable String newDescription, boolean newTenantScope, MediaMetadata newMetadata) {
    return new Media(
        id,
        blob,
        owner,
        appUser,
        fileName,
        size,
        type,
        charset,
        newMetadata,
        newDescription,
        newTenantScope,
        scanStatus,
        createdAt,
        expiresAt);
  }

  /// A copy with other metadata.
  Media with(MediaMetadata newMetadata) {
    return with(description, tenantScope, newMetadata);
  }

  /// The id of its thumbnail; null if there is none yet.
  public @Nullable String thumbnailId() {
    return metadata.thumbnails().isEmpty() ? null : "med-thumb-" + id.value();
  }

  /// Details for audit events.
  Map<String, String> auditDetails() {
    return Map.of("sha256", blob.sha256().hex(), "filename", fileName);
  }

  /// The Content-Type, with the charset if there is one.
  String contentType() {
    return charset == null ? type.value() : type + ";charset=" + charset;
  }
}
