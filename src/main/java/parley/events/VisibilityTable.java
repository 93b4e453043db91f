package parley.events;

import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of who may read a room's events: its members may read those that happen while they are
/// members, like Matrix's history visibility `joined`.
final class VisibilityTable {
  private VisibilityTable() {}

  /// Whether the user of a range is currently a member of its room.
  static final String IS_MEMBER_NOW =
      """
      exists (
        select 1 from room_listeners as now
        where now.tenant_id = range.tenant_id and now.room_id = range.room_id
          and now.user_id = range.user_id and now.until_position is null)
      """;

  /// A range of positions that a member may read, inclusive.
  record Range(UserId userId, long fromPosition, long untilPosition) {
    boolean includes(long position) {
      return fromPosition <= position && position <= untilPosition;
    }
  }

  /// Starts a range at this position.
  static void begin(Handle transaction, TenantId tenant, RoomId room, UserId user, long position) {
    transaction
        .createUpdate(
            """
            insert into room_listeners (tenant_id, room_id, user_id, from_position)
            values (:tenant, :room, :user, :position)
            """)
        .bindMap(Map.of("tenant", tenant, "room", room, "user", user, "position", position))
        .execute();
  }

  /// Ends the current range with this position.
  static void end(Handle transaction, TenantId tenant, RoomId room, UserId user, long position) {
    transaction
        .createUpdate(
            """
            update room_listeners set until_position = :position
            where tenant_id = :tenant and room_id = :room and user_id = :user
              and until_position is null
            """)
        .bindMap(Map.of("tenant", tenant, "room", room, "user", user, "position", position))
        .execute();
  }

  /// The ranges of the room's current members that reach `from` or beyond. Who joins and leaves
  /// again and again has many that do not.
  static List<Range> ranges(Handle transaction, TenantId tenant, RoomId room, long from) {
    return transaction
        .createQuery(
            """
            select user_id, from_position,
              coalesce(until_position, 9223372036854775807) as until_position
            from room_listeners as range
            where tenant_id = :tenant and room_id = :room
              and (until_position is null or until_position >= :from) and
            """
                + IS_MEMBER_NOW)
        .bindMap(Map.of("tenant", tenant, "room", room, "from", from))
        .mapTo(Range.class)
        .list();
  }
}
