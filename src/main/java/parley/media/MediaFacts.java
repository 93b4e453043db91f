package parley.media;

import org.jspecify.annotations.Nullable;

/// What the bytes of a file tell about it besides its type.
///
/// @param width pixels as displayed, for pictures and videos
/// @param height as `width`
/// @param duration seconds, for audio and video
/// @param thumbnails where its thumbnails are, if it has any
public record MediaFacts(
    @Nullable Integer width,
    @Nullable Integer height,
    @Nullable Double duration,
    ThumbnailIndex thumbnails) {
  public static final MediaFacts NONE = new MediaFacts(null, null, null, ThumbnailIndex.NONE);
}
