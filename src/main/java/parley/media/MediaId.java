package parley.media;

import java.util.Optional;
import java.util.UUID;
import parley.ids.TypedId;

/// The id of a media entry: `med-` and a UUID in the wave dialect, the bare UUID in others.
public record MediaId(UUID value) implements TypedId {
  private static final String PREFIX = "med-";

  public static MediaId random() {
    return new MediaId(UUID.randomUUID());
  }

  /// Parses an id of the wave dialect; empty if it is invalid.
  public static Optional<MediaId> parse(String text) {
    return TypedId.parse(text, PREFIX, MediaId::new);
  }

  /// Parses an id of the other dialects; empty if it is invalid.
  public static Optional<MediaId> parseBare(String text) {
    return TypedId.parse(text, "", MediaId::new);
  }

  @Override
  public String toString() {
    return PREFIX + value;
  }
}
