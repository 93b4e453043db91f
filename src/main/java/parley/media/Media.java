package parley.media;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.media.types.MediaType;
import parley.storage.BlobKey;
import parley.tenants.UserId;

/// One uploaded file as its tenant sees it. Several may share one stored content.
///
/// @param type detected from the bytes
/// @param tenantScope whether the whole tenant may read it, and not its owner alone
public record Media(
    MediaId id,
    BlobKey content,
    UserId owner,
    String fileName,
    long size,
    MediaType type,
    @Nullable String description,
    boolean tenantScope,
    Instant createdAt) {}
