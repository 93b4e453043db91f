package parley.media;

import java.util.Optional;
import java.util.UUID;

/// Names one media entry; written `med-` and a UUID in the wave dialect, the bare UUID in others.
public record MediaId(UUID value) {
  private static final String PREFIX = "med-";

  public static MediaId random() {
    return new MediaId(UUID.randomUUID());
  }

  /// Empty for anything that no media entry can be named.
  public static Optional<MediaId> parse(String text) {
    if (!text.startsWith(PREFIX) || text.length() != PREFIX.length() + 36) {
      return Optional.empty();
    }
    try {
      return Optional.of(new MediaId(UUID.fromString(text.substring(PREFIX.length()))));
    } catch (IllegalArgumentException notAnId) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return PREFIX + value;
  }
}
