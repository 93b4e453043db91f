package parley.media;

import java.util.Optional;
import java.util.UUID;

/// Names one media entry; written `med-` and a UUID in the wave dialect, the bare UUID in others.
public record MediaId(UUID value) {
  private static final String PREFIX = "med-";

  public static MediaId random() {
    return new MediaId(UUID.randomUUID());
  }

  /// Reads the wave dialect's form; empty for anything that no media entry can be named.
  public static Optional<MediaId> parse(String text) {
    return text.startsWith(PREFIX) ? parseBare(text.substring(PREFIX.length())) : Optional.empty();
  }

  /// As [#parse], for the bare UUID of other dialects.
  public static Optional<MediaId> parseBare(String text) {
    if (text.length() != 36) {
      return Optional.empty();
    }
    try {
      return Optional.of(new MediaId(UUID.fromString(text)));
    } catch (IllegalArgumentException notAnId) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return PREFIX + value;
  }
}
