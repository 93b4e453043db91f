package parley.media;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The media object of the wave dialect.
public record MediaView(
    String mediaId,
    String sha256,
    long size,
    String mimeType,
    @Nullable String thumbnailId,
    String thumbnailStatus,
    @Nullable String thumbnailReason,
    @Nullable Integer width,
    @Nullable Integer height,
    @Nullable Double duration,
    String scanStatus,
    String filename,
    @Nullable String description,
    boolean tenantScope,
    Instant createdAt,
    @Nullable Instant expiresAt) {
  /// The entry as the wave dialect shows it.
  public static MediaView of(Media media) {
    return new MediaView(
        media.id().toString(),
        media.blob().sha256().hex(),
        media.size(),
        media.type().value(),
        media.thumbnailId(),
        media.metadata().thumbnailStatus(),
        media.metadata().thumbnailReason(),
        media.metadata().width(),
        media.metadata().height(),
        media.metadata().duration(),
        media.scanStatus().text(),
        media.fileName(),
        media.description(),
        media.tenantScope(),
        media.createdAt(),
        media.expiresAt());
  }
}
