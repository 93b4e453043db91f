package parley.rooms;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import parley.media.MediaId;
import parley.paging.PageRequest;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of the files of rooms.
final class RoomFileTable {
  private RoomFileTable() {}

  /// A file attached to a room.
  public record Attachment(MediaId media, UserId by, Instant at) {}

  /// Adds a file; an existing attachment is left as it is.
  static void insert(Handle transaction, TenantId tenant, RoomId room, Attachment attachment) {
    transaction
        .createUpdate(
            """
            insert into room_files (tenant_id, room_id, media_id, attached_by, attached_at)
            values (:tenant, :room, :media, :by, :at)
            on conflict (tenant_id, room_id, media_id) do nothing
            """)
        .bindMap(Map.of("tenant", tenant, "room", room))
        .bindMethods(attachment)
        .execute();
  }

  /// Returns the room's files after the cursor, newest first.
  static List<Attachment> list(Handle transaction, TenantId tenant, RoomId room, PageRequest page) {
    return transaction
        .createQuery(
            """
            select media_id as media, attached_by as by, attached_at as at from room_files
            where tenant_id = :tenant and room_id = :room
              and (attached_at, media_id) < (:before, :beforeId)
            order by attached_at desc, media_id desc limit :max
            """)
        .bindMap(Map.of("tenant", tenant, "room", room))
        .bindMethods(page)
        .mapTo(Attachment.class)
        .list();
  }

  /// Returns how many files the room has, counting up to `max` + 1.
  static long count(Handle transaction, TenantId tenant, RoomId room, int max) {
    return transaction
        .createQuery(
            """
            select count(*) from (
              select 1 from room_files where tenant_id = :tenant and room_id = :room
              limit :max + 1) as files
            """)
        .bindMap(Map.of("tenant", tenant, "room", room, "max", max))
        .mapTo(long.class)
        .one();
  }

  /// Returns who attached the file; empty if it is not attached.
  static Optional<UserId> attachedBy(
      Handle transaction, TenantId tenant, RoomId room, MediaId media) {
    return transaction
        .createQuery(
            """
            select attached_by from room_files
            where tenant_id = :tenant and room_id = :room and media_id = :media
            """)
        .bindMap(Map.of("tenant", tenant, "room", room, "media", media))
        .mapTo(UserId.class)
        .findOne();
  }

  /// Detaches a file; false if it is not attached.
  static boolean delete(Handle transaction, TenantId tenant, RoomId room, MediaId media) {
    return transaction
            .createUpdate(
                """
                delete from room_files
                where tenant_id = :tenant and room_id = :room and media_id = :media
                """)
            .bindMap(Map.of("tenant", tenant, "room", room, "media", media))
            .execute()
        == 1;
  }

  /// The rooms in which a file is validly attached: where its owner attached it, and where somebody
  /// attached it who is still in another such room. So a forwarded file stays only for as long as
  /// the member who forwarded it remains in a room from which they can read it.
  private static final String VALID_ROOMS =
      """
      with recursive valid_rooms (room_id) as (
        select file.room_id from room_files as file
        join media on media.tenant_id = file.tenant_id and media.id = file.media_id
        where file.tenant_id = :tenant and file.media_id = :media
          and (media.tenant_scope or file.attached_by = media.owner_id)
        union
        select file.room_id from room_files as file
        join room_members as sender on sender.tenant_id = file.tenant_id
          and sender.user_id = file.attached_by and sender.membership = 'join'
        join valid_rooms on valid_rooms.room_id = sender.room_id
        where file.tenant_id = :tenant and file.media_id = :media
      )
      """;

  /// Whether the user is in a room in which the file is validly attached.
  static boolean isShown(Handle transaction, TenantId tenant, UserId user, MediaId media) {
    return transaction
        .createQuery(
            VALID_ROOMS
                + """
                select exists (
                  select 1 from valid_rooms
                  join room_members as member on member.tenant_id = :tenant
                    and member.room_id = valid_rooms.room_id
                  where member.user_id = :user and member.membership = 'join')
                """)
        .bindMap(Map.of("tenant", tenant, "user", user, "media", media))
        .mapTo(boolean.class)
        .one();
  }

  /// Returns the rooms in which the file is validly attached.
  static List<RoomId> roomsOf(Handle transaction, TenantId tenant, MediaId media) {
    return transaction
        .createQuery(VALID_ROOMS + "select room_id from valid_rooms")
        .bindMap(Map.of("tenant", tenant, "media", media))
        .mapTo(RoomId.class)
        .list();
  }
}
