package parley.rooms;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.db.Database;
import parley.paging.Cursor;
import parley.paging.Page;
import parley.paging.PageRequest;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Creates and finds rooms, and checks membership.
///
/// Rooms of other tenants are ROOM_NOT_FOUND. Within the tenant, a group room is NOT_MEMBER for
/// non-members; a public one is visible before joining.
public final class Rooms {
  private static final int MAX_NAME = 255;
  private static final int MAX_TOPIC = 1000;

  private final Database database;
  private final RoomMembers members;
  private final Clock clock;

  public Rooms(Database database, RoomMembers members, Clock clock) {
    this.database = database;
    this.members = members;
    this.clock = clock;
  }

  /// Creates a room with the caller as first member, with a power of 100.
  ///
  /// @throws Problem VALIDATION if the name is empty or longer than 255 characters, or the topic
  ///   longer than 1000
  public Room create(Caller caller, RoomType type, String name, @Nullable String topic) {
    Room room =
        new Room(
            caller.tenant(),
            RoomId.random(),
            type,
            checked(name, "name", 1, MAX_NAME),
            topic == null || topic.isEmpty() ? null : checked(topic, "topic", 0, MAX_TOPIC),
            caller.user(),
            clock.instant());
    database.useTransaction(transaction -> {
      RoomTable.insert(transaction, room);
      members.addCreator(transaction, room);
    });
    return room;
  }

  /// Finds a room that is public, or that the caller is in or invited to.
  public Room find(Caller caller, RoomId id) {
    return database.inTransaction(transaction -> {
      Room room = existing(transaction, caller.tenant(), id);
      boolean concerned =
          RoomTable.member(transaction, caller.tenant(), id, caller.user())
              .filter(member -> member.membership() != Membership.LEAVE)
              .isPresent();
      if (!concerned && room.type() != RoomType.PUBLIC) {
        throw notMember();
      }
      return room;
    });
  }

  /// Returns the tenant's public rooms after the cursor, newest first. The total is exact up to
  /// 10,000.
  public Page<Room> directory(Caller caller, PageRequest page) {
    return database.inTransaction(transaction ->
        page.page(RoomTable.listPublic(transaction, caller.tenant(), page), Rooms::place)
            .counted(RoomTable.countPublic(transaction, caller.tenant(), Page.MAX_COUNTED)));
  }

  /// Returns the rooms that the caller is in or invited to, newest first. The total is exact up to
  /// 10,000.
  public Page<Room> list(Caller caller, PageRequest page) {
    return database.inTransaction(transaction ->
        page.page(RoomTable.listOf(transaction, caller.tenant(), caller.user(), page), Rooms::place)
            .counted(
                RoomTable.countOf(transaction, caller.tenant(), caller.user(), Page.MAX_COUNTED)));
  }

  private static Cursor place(Room room) {
    return new Cursor(room.createdAt(), room.id().value());
  }

  /// Returns the user's membership, locked until the transaction ends.
  ///
  /// @throws Problem ROOM_NOT_FOUND if the tenant has no such room, NOT_MEMBER if the user is not
  ///   in it
  public Member requireMember(Handle transaction, TenantId tenant, UserId user, RoomId room) {
    existing(transaction, tenant, room);
    return joined(transaction, tenant, user, room).orElseThrow(Rooms::notMember);
  }

  /// Like [#requireMember(Handle, TenantId, UserId, RoomId)], in a transaction of its own.
  void requireMember(Caller caller, RoomId room) {
    database.useTransaction(
        transaction -> requireMember(transaction, caller.tenant(), caller.user(), room));
  }

  /// Whether the user is in the room.
  public boolean isMember(Handle transaction, TenantId tenant, UserId user, RoomId room) {
    return joined(transaction, tenant, user, room).isPresent();
  }

  private Optional<Member> joined(Handle transaction, TenantId tenant, UserId user, RoomId room) {
    return RoomTable.lockMember(transaction, tenant, room, user).filter(Member::isJoined);
  }

  /// Returns the current members of a room, without invited users.
  public List<Member> joined(Handle transaction, TenantId tenant, RoomId room) {
    return RoomTable.joined(transaction, tenant, room);
  }

  private Room existing(Handle transaction, TenantId tenant, RoomId id) {
    return RoomTable.find(transaction, tenant, id).orElseThrow(Rooms::notFound);
  }

  static Problem notFound() {
    return new Problem(ProblemCode.ROOM_NOT_FOUND, "There is no such room.");
  }

  static Problem notMember() {
    return new Problem(ProblemCode.NOT_MEMBER, "You are not a member of this room.");
  }

  private static String checked(String text, String field, int min, int max) {
    int length = text.strip().length();
    if (length < min || text.length() > max || text.indexOf('\0') >= 0) {
      throw Problem.invalid(field, "has %d to %d characters".formatted(min, max));
    }
    return text;
  }
}
