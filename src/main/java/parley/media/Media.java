package parley.media;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.media.types.MediaType;
import parley.storage.BlobKey;
import parley.tenants.UserId;

/// One uploaded file as its tenant sees it. Several may share one stored content.
///
/// @param type detected from the bytes
/// @param charset in which a text is written, as HTTP names it; null when that is not known
/// @param tenantScope whether the whole tenant may read it, and not its owner alone
/// @param appUser the app's own user in whose name it was uploaded, if there is one
/// @param expiresAt when it goes, or null when that is left to the tenant's retention
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

  /// The same entry with what may change of it.
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

  /// The same entry with what is known of its content now.
  Media with(MediaMetadata newMetadata) {
    return with(description, tenantScope, newMetadata);
  }

  /// The id of its thumbnail, or null as long as there is none.
  public @Nullable String thumbnailId() {
    return metadata.thumbnails().isEmpty() ? null : "med-thumb-" + id.value();
  }

  /// The details of audit events about it.
  Map<String, String> auditDetails() {
    return Map.of("sha256", blob.sha256().hex(), "filename", fileName);
  }

  /// The type as HTTP tells it: with the charset, where there is one.
  String contentType() {
    return charset == null ? type.value() : type + ";charset=" + charset;
  }
}
