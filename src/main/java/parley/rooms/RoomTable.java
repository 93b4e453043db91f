package parley.rooms;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import parley.paging.Cursor;
import parley.paging.PageRequest;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of rooms and their members.
final class RoomTable {
  private RoomTable() {}

  private static final String ROOM =
      """
      select rooms.tenant_id as tenant, rooms.id, room_type as type, name, topic,
        creator_id as creator, created_at
      from rooms
      """;

  private static final String MEMBER =
      """
      select member.user_id as "user", users.name, membership, power_level as power, joined_at
      from room_members as member
      join users on users.tenant_id = member.tenant_id and users.id = member.user_id
      where member.tenant_id = :tenant and member.room_id = :room
      """;

  static void insert(Handle transaction, Room room) {
    transaction
        .createUpdate(
            """
            insert into rooms (tenant_id, id, room_type, name, topic, creator_id, created_at)
            values (:tenant, :id, :type, :name, :topic, :creator, :createdAt)
            """)
        .bindMethods(room)
        .execute();
  }

  static Optional<Room> find(Handle transaction, TenantId tenant, RoomId id) {
    return find(transaction, tenant, id, "");
  }

  /// Like [#find], and locks the room's members until the transaction ends.
  static Optional<Room> lock(Handle transaction, TenantId tenant, RoomId id) {
    return find(transaction, tenant, id, " for no key update");
  }

  private static Optional<Room> find(
      Handle transaction, TenantId tenant, RoomId id, String locking) {
    return transaction
        .createQuery(ROOM + "where tenant_id = :tenant and id = :id" + locking)
        .bindMap(Map.of("tenant", tenant, "id", id))
        .mapTo(Room.class)
        .findOne();
  }

  /// Returns the tenant's public rooms after the cursor, newest first.
  static List<Room> listPublic(Handle transaction, TenantId tenant, PageRequest page) {
    return transaction
        .createQuery(
            ROOM
                + """
                where tenant_id = :tenant and room_type = 'public'
                  and (created_at, id) < (:before, :beforeId)
                order by created_at desc, id desc limit :max
                """)
        .bind("tenant", tenant)
        .bindMethods(page)
        .mapTo(Room.class)
        .list();
  }

  /// Returns how many public rooms the tenant has, counting up to `max` + 1.
  static long countPublic(Handle transaction, TenantId tenant, int max) {
    return count(
        transaction,
        "rooms where tenant_id = :tenant and room_type = 'public'",
        Map.of("tenant", tenant, "max", max));
  }

  /// Returns how many rooms a user is in or invited to, counting up to `max` + 1.
  static long countOf(Handle transaction, TenantId tenant, UserId user, int max) {
    return count(
        transaction,
        "room_members where tenant_id = :tenant and user_id = :user and membership <> 'leave'",
        Map.of("tenant", tenant, "user", user, "max", max));
  }

  /// Returns the rooms that a user is in or invited to, newest first.
  static List<Room> listOf(Handle transaction, TenantId tenant, UserId user, PageRequest page) {
    return transaction
        .createQuery(
            ROOM
                + """
                join room_members as member on member.tenant_id = rooms.tenant_id
                  and member.room_id = rooms.id
                where member.tenant_id = :tenant and member.user_id = :user
                  and member.membership <> 'leave'
                  and (rooms.created_at, rooms.id) < (:before, :beforeId)
                order by rooms.created_at desc, rooms.id desc limit :max
                """)
        .bindMap(Map.of("tenant", tenant, "user", user))
        .bindMethods(page)
        .mapTo(Room.class)
        .list();
  }

  /// Returns a user's membership; empty if the user was never in the room nor invited.
  static Optional<Member> member(Handle transaction, TenantId tenant, RoomId room, UserId user) {
    return member(transaction, tenant, room, user, "");
  }

  /// Like [#member], and keeps it from changing until the transaction ends.
  static Optional<Member> lockMember(
      Handle transaction, TenantId tenant, RoomId room, UserId user) {
    return member(transaction, tenant, room, user, " for share of member");
  }

  private static Optional<Member> member(
      Handle transaction, TenantId tenant, RoomId room, UserId user, String locking) {
    return transaction
        .createQuery(MEMBER + "and member.user_id = :user" + locking)
        .bindMap(Map.of("tenant", tenant, "room", room, "user", user))
        .mapTo(Member.class)
        .findOne();
  }

  /// Returns the members and invited users after the cursor, newest first, invited ones before
  /// them.
  static List<Member> members(Handle transaction, TenantId tenant, RoomId room, PageRequest page) {
    return transaction
        .createQuery(
            MEMBER
                + """
                and member.membership <> 'leave'
                and (coalesce(member.joined_at, :invited), member.user_id) < (:before, :beforeId)
                order by coalesce(member.joined_at, :invited) desc, member.user_id desc limit :max
                """)
        .bindMap(Map.of("tenant", tenant, "room", room, "invited", Cursor.START.at()))
        .bindMethods(page)
        .mapTo(Member.class)
        .list();
  }

  /// Returns how many members and invited users there are, counting up to `max` + 1.
  static long countMembers(Handle transaction, TenantId tenant, RoomId room, int max) {
    return count(
        transaction,
        "room_members where tenant_id = :tenant and room_id = :room and membership <> 'leave'",
        Map.of("tenant", tenant, "room", room, "max", max));
  }

  private static long count(Handle transaction, String rows, Map<String, ?> bindings) {
    return transaction
        .createQuery(
            "select count(*) from (select 1 from " + rows + " limit :max + 1) as up_to_one_more")
        .bindMap(bindings)
        .mapTo(long.class)
        .one();
  }

  /// Returns the members, without invited users, in the order in which they joined.
  static List<Member> joined(Handle transaction, TenantId tenant, RoomId room) {
    return transaction
        .createQuery(
            MEMBER
                + """
                and member.membership = 'join'
                order by member.joined_at, member.user_id
                """)
        .bindMap(Map.of("tenant", tenant, "room", room))
        .mapTo(Member.class)
        .list();
  }

  /// Counts the other members and the admins among them.
  static Others others(Handle transaction, TenantId tenant, RoomId room, UserId user) {
    return transaction
        .createQuery(
            """
            select count(*) as members, count(*) filter (where power_level >= :admin) as admins
            from room_members
            where tenant_id = :tenant and room_id = :room and user_id <> :user
              and membership = 'join'
            """)
        .bindMap(Map.of("tenant", tenant, "room", room, "user", user, "admin", Member.ADMIN_POWER))
        .mapTo(Others.class)
        .one();
  }

  record Others(long members, long admins) {}

  /// Stores a user's membership.
  static void put(Handle transaction, TenantId tenant, RoomId room, Member member) {
    transaction
        .createUpdate(
            """
            insert into room_members
              (tenant_id, room_id, user_id, membership, power_level, joined_at)
            values (:tenant, :room, :user, :membership, :power, :joinedAt)
            on conflict (tenant_id, room_id, user_id) do update set
              membership = excluded.membership, power_level = excluded.power_level,
              joined_at = excluded.joined_at
            """)
        .bindMap(Map.of("tenant", tenant, "room", room))
        .bindMethods(member)
        .execute();
  }
}
