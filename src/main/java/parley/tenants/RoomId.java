package parley.tenants;

import java.util.Optional;
import java.util.UUID;
import parley.ids.TypedId;

/// Names one room within a tenant; written `room-` and a UUID.
public record RoomId(UUID value) implements TypedId {
  private static final String PREFIX = "room-";

  public static RoomId random() {
    return new RoomId(UUID.randomUUID());
  }

  /// Empty for anything that no room can be named.
  public static Optional<RoomId> parse(String text) {
    return TypedId.parse(text, PREFIX, RoomId::new);
  }

  @Override
  public String toString() {
    return PREFIX + value;
  }
}
