package parley.tenants;

import java.util.Optional;
import java.util.UUID;
import parley.ids.TypedId;
import parley.problem.Problem;
import parley.problem.ProblemCode;

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

  /// As [#parse], but throws ROOM_NOT_FOUND for an invalid id.
  public static RoomId required(String text) {
    return parse(text)
        .orElseThrow(() -> new Problem(ProblemCode.ROOM_NOT_FOUND, "There is no such room."));
  }

  @Override
  public String toString() {
    return PREFIX + value;
  }
}
