package parley.tenants;

import java.util.Optional;
import java.util.UUID;

/// Names one room within a tenant; written `room-` and a UUID.
public record RoomId(UUID value) {
  private static final String PREFIX = "room-";

  public static RoomId random() {
    return new RoomId(UUID.randomUUID());
  }

  /// Empty for anything that no room can be named.
  public static Optional<RoomId> parse(String text) {
    if (!text.startsWith(PREFIX) || text.length() != PREFIX.length() + 36) {
      return Optional.empty();
    }
    try {
      return Optional.of(new RoomId(UUID.fromString(text.substring(PREFIX.length()))));
    } catch (IllegalArgumentException notAnId) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return PREFIX + value;
  }
}
