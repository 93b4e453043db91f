package parley.rooms;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import parley.paging.Cursor;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of rooms and their members.
final class RoomTable {
  private static final String MEMBER =
      """
      select member.*, users.name as user_name
      from room_members as member
      join users on users.tenant_id = member.tenant_id and users.id = member.user_id
      where member.tenant_id = :tenant and member.room_id = :room
      """;

  void insert(Handle transaction, Room room) {
    transaction
        .createUpdate(
            """
            insert into rooms (tenant_id, id, room_type, name, topic, creator_id, created_at)
            values (:tenant, :id, :type, :name, :topic, :creator, :created)
            """)
        .bind("tenant", room.tenant())
        .bind("id", room.id())
        .bind("type", room.type().text())
        .bind("name", room.name())
        .bind("topic", room.topic())
        .bind("creator", room.creator())
        .bind("created", room.createdAt())
        .execute();
  }

  Optional<Room> find(Handle transaction, TenantId tenant, RoomId id) {
    return find(transaction, tenant, id, "");
  }

  /// As [#find]; nobody else changes who is in the room until the transaction ends.
  Optional<Room> lock(Handle transaction, TenantId tenant, RoomId id) {
    return find(transaction, tenant, id, " for no key update");
  }

  private static Optional<Room> find(
      Handle transaction, TenantId tenant, RoomId id, String locking) {
    return transaction
        .createQuery("select * from rooms where tenant_id = :tenant and id = :id" + locking)
        .bind("tenant", tenant)
        .bind("id", id)
        .map(RoomTable::room)
        .findOne();
  }

  /// The tenant's public rooms behind the cursor, newest first.
  List<Room> listPublic(Handle transaction, TenantId tenant, Cursor behind, int most) {
    return transaction
        .createQuery(
            """
            select * from rooms
            where tenant_id = :tenant and room_type = 'public'
              and (created_at, id) < (:before, :beforeId)
            order by created_at desc, id desc limit :most
            """)
        .bind("tenant", tenant)
        .bind("before", behind.at())
        .bind("beforeId", behind.id())
        .bind("most", most)
        .map(RoomTable::room)
        .list();
  }

  /// How many public rooms the tenant has; counts no further than a little beyond `most`.
  long countPublic(Handle transaction, TenantId tenant, int most) {
    return transaction
        .createQuery(
            """
            select count(*) from (
              select 1 from rooms where tenant_id = :tenant and room_type = 'public'
              limit :most + 1) as rooms
            """)
        .bind("tenant", tenant)
        .bind("most", most)
        .mapTo(long.class)
        .one();
  }

  /// How many rooms a user is in or invited to; counts no further than a little beyond `most`.
  long countOf(Handle transaction, TenantId tenant, UserId user, int most) {
    return transaction
        .createQuery(
            """
            select count(*) from (
              select 1 from room_members
              where tenant_id = :tenant and user_id = :user and membership <> 'leave'
              limit :most + 1) as rooms
            """)
        .bind("tenant", tenant)
        .bind("user", user)
        .bind("most", most)
        .mapTo(long.class)
        .one();
  }

  /// The rooms that a user is in or invited to, newest first.
  List<Room> listOf(Handle transaction, TenantId tenant, UserId user, Cursor behind, int most) {
    return transaction
        .createQuery(
            """
            select rooms.* from rooms
            join room_members as member on member.tenant_id = rooms.tenant_id
              and member.room_id = rooms.id
            where member.tenant_id = :tenant and member.user_id = :user
              and member.membership <> 'leave'
              and (rooms.created_at, rooms.id) < (:before, :beforeId)
            order by rooms.created_at desc, rooms.id desc limit :most
            """)
        .bind("tenant", tenant)
        .bind("user", user)
        .bind("before", behind.at())
        .bind("beforeId", behind.id())
        .bind("most", most)
        .map(RoomTable::room)
        .list();
  }

  /// How a user stands to a room; empty when they never had to do with it.
  Optional<Member> member(Handle transaction, TenantId tenant, RoomId room, UserId user) {
    return member(transaction, tenant, room, user, "");
  }

  /// As [#member]; it does not change until the transaction ends.
  Optional<Member> holdMember(Handle transaction, TenantId tenant, RoomId room, UserId user) {
    return member(transaction, tenant, room, user, " for share of member");
  }

  private static Optional<Member> member(
      Handle transaction, TenantId tenant, RoomId room, UserId user, String locking) {
    return transaction
        .createQuery(MEMBER + "and member.user_id = :user" + locking)
        .bind("tenant", tenant)
        .bind("room", room)
        .bind("user", user)
        .map(RoomTable::member)
        .findOne();
  }

  /// Who is in the room or invited, in the order in which they came.
  List<Member> members(Handle transaction, TenantId tenant, RoomId room) {
    return transaction
        .createQuery(
            MEMBER
                + """
                and member.membership <> 'leave'
                order by member.joined_at nulls last, member.user_id
                """)
        .bind("tenant", tenant)
        .bind("room", room)
        .map(RoomTable::member)
        .list();
  }

  /// How many are in the room besides this user, and how many admins are among them.
  Others others(Handle transaction, TenantId tenant, RoomId room, UserId user) {
    return transaction
        .createQuery(
            """
            select count(*) as members, count(*) filter (where power_level >= :admin) as admins
            from room_members
            where tenant_id = :tenant and room_id = :room and user_id <> :user
              and membership = 'join'
            """)
        .bind("tenant", tenant)
        .bind("room", room)
        .bind("user", user)
        .bind("admin", Member.ADMIN_POWER)
        .map(row ->
            new Others(row.getColumn("members", Long.class), row.getColumn("admins", Long.class)))
        .one();
  }

  record Others(long members, long admins) {}

  /// Writes how a user stands to a room.
  void put(Handle transaction, TenantId tenant, RoomId room, Member member) {
    transaction
        .createUpdate(
            """
            insert into room_members
              (tenant_id, room_id, user_id, membership, power_level, joined_at)
            values (:tenant, :room, :user, :membership, :power, :joined)
            on conflict (tenant_id, room_id, user_id) do update set
              membership = excluded.membership, power_level = excluded.power_level,
              joined_at = excluded.joined_at
            """)
        .bind("tenant", tenant)
        .bind("room", room)
        .bind("user", member.user())
        .bind("membership", member.membership().text())
        .bind("power", member.power())
        .bindByType("joined", member.joinedAt(), Instant.class)
        .execute();
  }

  static Room room(RowView row) {
    return new Room(
        row.getColumn("tenant_id", TenantId.class),
        row.getColumn("id", RoomId.class),
        RoomType.parse(row.getColumn("room_type", String.class)),
        row.getColumn("name", String.class),
        row.getColumn("topic", String.class),
        row.getColumn("creator_id", UserId.class),
        row.getColumn("created_at", Instant.class));
  }

  private static Member member(RowView row) {
    return new Member(
        row.getColumn("user_id", UserId.class),
        row.getColumn("user_name", String.class),
        Membership.of(row.getColumn("membership", String.class)),
        row.getColumn("power_level", Integer.class),
        row.getColumn("joined_at", Instant.class));
  }
}
