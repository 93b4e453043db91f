package parley.tenants;

import java.util.Optional;
import java.util.UUID;
import parley.ids.TypedId;

/// The id of a room: `room-` and a UUID.
public record RoomId(UUID value) implements TypedId {
  private static final String PREFIX = "room-";

  public static RoomId random() {
    return new RoomId(UUID.randomUUID());
  }

  /// Empty for an invalid id.
  public static Optional<RoomId> parse(String text) {
    return TypedId.parse(text, PREFIX, RoomId::new);
  }

  @Override
  public String toString() {
    return PREFIX + value;
  }
}
