package parley.media;

import org.jspecify.annotations.Nullable;
import parley.media.pictures.NoThumbnail;

/// Metadata of a blob besides its type. It is determined after the blob is stored, once for all of
/// its entries.
///
/// @param width of pictures and videos as displayed, in pixels
/// @param height of pictures and videos as displayed, in pixels
/// @param duration of audio and video, in seconds
/// @param thumbnails where the thumbnails are stored, if there are any
/// @param revision the version number of the thumbnails
/// @param pending whether the preparation is queued or running, possibly again
/// @param reason why there are no thumbnails, if known
public record MediaMetadata(
    @Nullable Integer width,
    @Nullable Integer height,
    @Nullable Double duration,
    ThumbnailIndex thumbnails,
    int revision,
    boolean pending,
    @Nullable NoThumbnail reason) {
  /// The metadata of blobs that are not inspected.
  public static final MediaMetadata NONE =
      new MediaMetadata(null, null, null, ThumbnailIndex.NONE, 0, false, NoThumbnail.NO_PICTURE);

  /// Measurements without thumbnails yet.
  static MediaMetadata measured(
      @Nullable Integer width, @Nullable Integer height, @Nullable Double duration) {
    return new MediaMetadata(width, height, duration, ThumbnailIndex.NONE, 0, true, null);
  }

  /// Whether there are no thumbnails yet, but may be soon.
  boolean isAwaited() {
    return pending && thumbnails.isEmpty();
  }

  /// The status of the thumbnails in the API: pending, ready or none.
  String thumbnailStatus() {
    if (!thumbnails.isEmpty()) {
      return "ready";
    }
    return pending ? "pending" : "none";
  }

  /// Why there are no thumbnails, in the API; null while they are pending.
  @Nullable String thumbnailReason() {
    return pending || reason == null ? null : reason.text();
  }
}
