package parley.media;

import org.jspecify.annotations.Nullable;
import parley.media.pictures.NoThumbnail;

/// What is known of a content besides its type. It is found out after the content was stored, once
/// for all entries that show it.
///
/// @param width pixels as displayed, for pictures and videos
/// @param height as `width`
/// @param duration seconds, for audio and video
/// @param thumbnails where its thumbnails are, if it has any
/// @param revision which making of the thumbnails that is
/// @param pending whether it is still being found out, or made once more
/// @param reason why there are no thumbnails, when that is known
public record MediaMetadata(
    @Nullable Integer width,
    @Nullable Integer height,
    @Nullable Double duration,
    ThumbnailIndex thumbnails,
    int revision,
    boolean pending,
    @Nullable NoThumbnail reason) {
  /// Of contents in which nothing is looked for.
  public static final MediaMetadata NONE =
      new MediaMetadata(null, null, null, ThumbnailIndex.NONE, 0, false, NoThumbnail.NO_PICTURE);

  /// What was measured; nothing is known yet of thumbnails.
  static MediaMetadata measured(
      @Nullable Integer width, @Nullable Integer height, @Nullable Double duration) {
    return new MediaMetadata(width, height, duration, ThumbnailIndex.NONE, 0, true, null);
  }

  /// Whether there is nothing to show yet, but may be soon.
  boolean isAwaited() {
    return pending && thumbnails.isEmpty();
  }

  /// The status of the thumbnails as the API calls it: pending, ready or none.
  String thumbnailStatus() {
    if (!thumbnails.isEmpty()) {
      return "ready";
    }
    return pending ? "pending" : "none";
  }

  /// Why there are no thumbnails, as answers tell it; null while that is open.
  @Nullable String thumbnailReason() {
    return pending || reason == null ? null : reason.text();
  }
}
