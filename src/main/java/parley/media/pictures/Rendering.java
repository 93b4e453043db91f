package parley.media.pictures;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// All thumbnails of a file, or why there are none.
///
/// @param thumbnails in every size and encoding, or none
/// @param reason null when there are thumbnails
public record Rendering(List<Thumbnail> thumbnails, @Nullable NoThumbnail reason) {
  static Rendering of(List<Thumbnail> thumbnails) {
    return new Rendering(thumbnails, null);
  }

  /// Nothing can be shown.
  public static Rendering none(NoThumbnail reason) {
    return new Rendering(List.of(), reason);
  }
}
