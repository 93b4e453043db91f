package parley.rooms;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import parley.auth.Caller;
import parley.db.Database;
import parley.events.Audience;
import parley.events.EventLog;
import parley.events.EventType;
import parley.paging.Cursor;
import parley.paging.Page;
import parley.paging.PageRequest;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.TenantTable;
import parley.tenants.UserId;

/// Membership of rooms: joining, inviting, leaving and removing, and power levels.
///
/// The rules follow Matrix:
/// - A member has a power from 0 to 100: the creator has 100, everybody else starts at 0. From 50
///   on a member is an admin.
/// - Every user of the tenant may join a public room; a group room requires an invitation.
/// - Only admins may invite to a group room; every member may invite to a public one.
/// - Admins may kick members, and withdraw invitations, if the user's power is less than their own.
///   A kicked user may be invited again, and may rejoin a public room.
/// - Admins may set the power of members with less power than their own, up to their own; everybody
///   may lower their own.
/// - The last admin may neither leave nor lower their power below 50 while others are in the room
///   (ROOM_LAST_ADMIN). The first user to join an empty room gets a power of 100.
/// - Power ends with the membership: whoever rejoins starts at 0.
public final class RoomMembers {
  private final Database database;
  private final EventLog events;
  private final Clock clock;
  private DepartureListener departures = (transaction, tenant, room, user) -> {};

  public RoomMembers(Database database, EventLog events, Clock clock) {
    this.database = database;
    this.events = events;
    this.clock = clock;
  }

  /// Sets the listener for departures. Must be called before there are requests.
  public void onDeparture(DepartureListener listener) {
    departures = listener;
  }

  /// Returns the members and invited users of a room after the cursor, for its members: invited
  /// users first, then the newest members. The total is exact up to 10,000.
  public Page<Member> list(Caller caller, RoomId room, PageRequest page) {
    return database.inTransaction(transaction -> {
      if (RoomTable.find(transaction, caller.tenant(), room).isEmpty()) {
        throw Rooms.notFound();
      }
      actor(transaction, caller, room);
      return page.page(
              RoomTable.members(transaction, caller.tenant(), room, page), RoomMembers::place)
          .counted(RoomTable.countMembers(transaction, caller.tenant(), room, Page.MAX_COUNTED));
    });
  }

  private static Cursor place(Member member) {
    Instant joinedAt = member.joinedAt();
    return new Cursor(joinedAt == null ? Cursor.START.at() : joinedAt, member.user().value());
  }

  /// Makes the creator the first member of a new room.
  void addCreator(Handle transaction, Room room) {
    Member creator =
        stranger(transaction, room.tenant(), room.creator())
            .with(Membership.JOIN, Member.MAX_POWER, clock.instant());
    RoomTable.put(transaction, room.tenant(), room.id(), creator);
    arrive(transaction, room, creator);
  }

  /// Invites a user of the tenant. Has no effect if the user is already invited or a member.
  public Member invite(Caller caller, RoomId id, UserId user) {
    return database.inTransaction(transaction -> {
      Room room = lock(transaction, caller, id);
      Member actor = actor(transaction, caller, id);
      if (room.type() == RoomType.GROUP && !actor.isAdmin()) {
        throw forbidden("Only admins of the room may invite users.");
      }
      Member invited = known(transaction, caller.tenant(), id, user);
      if (invited.membership() != Membership.LEAVE) {
        return invited;
      }
      Member now = invited.with(Membership.INVITE, 0, null);
      return put(transaction, caller, id, now, Audience.roomAnd(id, user));
    });
  }

  /// Lets the caller join.
  ///
  /// @throws Problem ROOM_FORBIDDEN if the room is a group and the caller is not invited
  public Member join(Caller caller, RoomId id) {
    return database.inTransaction(transaction -> {
      Room room = lock(transaction, caller, id);
      Member before = known(transaction, caller.tenant(), id, caller.user());
      if (before.membership() == Membership.JOIN) {
        return before;
      }
      if (room.type() == RoomType.GROUP && before.membership() != Membership.INVITE) {
        throw forbidden("This room can only be joined by invitation.");
      }
      boolean first =
          RoomTable.others(transaction, caller.tenant(), id, caller.user()).members() == 0;
      Member now = before.with(Membership.JOIN, first ? Member.MAX_POWER : 0, clock.instant());
      RoomTable.put(transaction, caller.tenant(), id, now);
      arrive(transaction, room, now);
      return now;
    });
  }

  /// Removes the caller from the room, or declines an invitation.
  public Member leave(Caller caller, RoomId id) {
    return database.inTransaction(transaction -> {
      Room room = lock(transaction, caller, id);
      Member before =
          RoomTable.member(transaction, caller.tenant(), id, caller.user())
              .filter(member -> member.membership() != Membership.LEAVE)
              .orElseThrow(Rooms::notMember);
      if (before.isAdmin()) {
        requireOtherAdmin(transaction, room, caller.user());
      }
      return depart(transaction, room, before, caller.user());
    });
  }

  /// Removes a member from the room, or withdraws an invitation.
  public Member kick(Caller caller, RoomId id, UserId user) {
    return database.inTransaction(transaction -> {
      Room room = lock(transaction, caller, id);
      Member actor = actor(transaction, caller, id);
      Member target = target(transaction, caller.tenant(), id, user);
      if (!actor.isAdmin() || target.power() >= actor.power()) {
        throw forbidden("Only an admin with a higher power level may remove this member.");
      }
      return depart(transaction, room, target, caller.user());
    });
  }

  /// Sets a member's power.
  ///
  /// @param power 0 to 100
  public Member setPower(Caller caller, RoomId id, UserId user, int power) {
    if (power < 0 || power > Member.MAX_POWER) {
      throw Problem.invalid("power_level", "must be a whole number from 0 to 100");
    }
    return database.inTransaction(transaction -> {
      Room room = lock(transaction, caller, id);
      Member actor = actor(transaction, caller, id);
      Member target = target(transaction, caller.tenant(), id, user);
      if (target.membership() != Membership.JOIN) {
        throw noParticipant();
      }
      boolean self = user.equals(caller.user());
      if (power > actor.power()
          || (!self && (!actor.isAdmin() || target.power() >= actor.power()))) {
        throw forbidden("Your power level in the room does not allow this.");
      }
      if (target.power() == power) {
        return target;
      }
      if (target.isAdmin() && power < Member.ADMIN_POWER) {
        requireOtherAdmin(transaction, room, user);
      }
      Member now = target.with(Membership.JOIN, power, target.joinedAt());
      return put(transaction, caller, id, now, Audience.room(id));
    });
  }

  private Member put(
      Handle transaction, Caller caller, RoomId room, Member member, Audience audience) {
    RoomTable.put(transaction, caller.tenant(), room, member);
    events.record(
        transaction,
        caller.tenant(),
        audience,
        EventType.ROOM_MEMBER,
        caller.user(),
        content(member, caller.user()));
    return member;
  }

  private Room lock(Handle transaction, Caller caller, RoomId id) {
    return RoomTable.lock(transaction, caller.tenant(), id).orElseThrow(Rooms::notFound);
  }

  private Member actor(Handle transaction, Caller caller, RoomId id) {
    return RoomTable.member(transaction, caller.tenant(), id, caller.user())
        .filter(Member::isJoined)
        .orElseThrow(Rooms::notMember);
  }

  private Member target(Handle transaction, TenantId tenant, RoomId id, UserId user) {
    return RoomTable.member(transaction, tenant, id, user)
        .filter(member -> member.membership() != Membership.LEAVE)
        .orElseThrow(RoomMembers::noParticipant);
  }

  /// Returns the membership of a user of the tenant, even of one who was never in the room.
  private Member known(Handle transaction, TenantId tenant, RoomId id, UserId user) {
    Optional<Member> known = RoomTable.member(transaction, tenant, id, user);
    return known.isPresent() ? known.get() : stranger(transaction, tenant, user);
  }

  private Member stranger(Handle transaction, TenantId tenant, UserId user) {
    String name =
        TenantTable.userName(transaction, tenant, user).orElseThrow(RoomMembers::noParticipant);
    return new Member(user, name, Membership.LEAVE, 0, null);
  }

  private void arrive(Handle transaction, Room room, Member member) {
    events.recordArrival(
        transaction,
        room.tenant(),
        room.id(),
        member.user(),
        member.user(),
        content(member, member.user()));
  }

  private Member depart(Handle transaction, Room room, Member member, UserId by) {
    Member now = member.with(Membership.LEAVE, 0, member.joinedAt());
    RoomTable.put(transaction, room.tenant(), room.id(), now);
    events.recordDeparture(
        transaction, room.tenant(), room.id(), member.user(), by, content(now, by));
    departures.left(transaction, room.tenant(), room.id(), member.user());
    return now;
  }

  private void requireOtherAdmin(Handle transaction, Room room, UserId user) {
    RoomTable.Others others = RoomTable.others(transaction, room.tenant(), room.id(), user);
    if (others.members() > 0 && others.admins() == 0) {
      throw new Problem(
          ProblemCode.ROOM_LAST_ADMIN,
          "The room would be left without an admin; give somebody a power level of 50 first.");
    }
  }

  private static MembershipEvent content(Member member, UserId changedBy) {
    return new MembershipEvent(member.user(), member.membership(), member.power(), changedBy);
  }

  /// The content of the event `swp.room.member`.
  private record MembershipEvent(
      UserId participantId, Membership membership, int powerLevel, UserId changedBy) {}

  private static Problem forbidden(String why) {
    return new Problem(ProblemCode.ROOM_FORBIDDEN, why);
  }

  private static Problem noParticipant() {
    return new Problem(ProblemCode.PARTICIPANT_NOT_FOUND, "There is no such participant.");
  }
}
