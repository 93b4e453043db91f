package parley.media;

import java.util.Optional;
import java.util.UUID;
import parley.ids.TypedId;

/// Names one media entry; written `med-` and a UUID in the wave dialect, the bare UUID in others.
public record MediaId(UUID value) implements TypedId {
  private static final String PREFIX = "med-";

  public static MediaId random() {
    return new MediaId(UUID.randomUUID());
  }

  /// Reads the wave dialect's form; empty for anything that no media entry can be named.
  public static Optional<MediaId> parse(String text) {
    return TypedId.parse(text, PREFIX, MediaId::new);
  }

  /// As [#parse], for the bare UUID of other dialects.
  public static Optional<MediaId> parseBare(String text) {
    return TypedId.parse(text, "", MediaId::new);
  }

  @Override
  public String toString() {
    return PREFIX + value;
  }
}
