package parley.media.pictures;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The thumbnails of a file, or why there are none.
///
/// @param thumbnails in every size and encoding, or empty
/// @param reason null if there are thumbnails
public record Rendering(List<Thumbnail> thumbnails, @Nullable NoThumbnail reason) {
  static Rendering of(List<Thumbnail> thumbnails) {
    return new Rendering(thumbnails, null);
  }

  /// A rendering without thumbnails.
  public static Rendering none(NoThumbnail reason) {
    return new Rendering(List.of(), reason);
  }
}
