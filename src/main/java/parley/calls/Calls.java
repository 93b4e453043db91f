package parley.calls;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.auth.Caller;
import parley.auth.KeyId;
import parley.calls.livekit.LiveKitUnreachable;
import parley.db.Database;
import parley.peers.Peer;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.rooms.Member;
import parley.rooms.Rooms;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Starts, joins and ends calls for members.
///
/// Everything requires membership of the call's room: CALL_FORBIDDEN for other users of the tenant,
/// CALL_NOT_FOUND for other tenants, and CALL_ENDED once the call has ended.
public final class Calls {
  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

  private final Database database;
  private final CallChanges changes;
  private final Rooms rooms;
  private final LiveKitRooms liveKit;

  public Calls(Database database, CallChanges changes, Rooms rooms, LiveKitRooms liveKit) {
    this.database = database;
    this.changes = changes;
    this.rooms = rooms;
    this.liveKit = liveKit;
  }

  /// Calls the room's other members, or joins the room's live call.
  ///
  /// @throws Problem CALL_LIVEKIT_UNREACHABLE, in which case no call is created
  public ConnectionDetails initiate(Caller caller, RoomId room, CallType type) {
    Optional<CallId> live =
        database.inTransaction(transaction -> {
          requireMember(transaction, caller, room);
          return CallTable.live(transaction, caller.tenant(), room);
        });
    if (live.isPresent()) {
      return joinOrInitiate(caller, live.get(), room, type);
    }
    CallId id = CallId.random();
    // Opened before the call is announced, because clients connect immediately.
    open(id);
    CallRef ref = new CallRef(caller.tenant(), id);
    Optional<ConnectionDetails> begun =
        database.inTransaction(transaction -> {
          Member member = requireMember(transaction, caller, room);
          Call call = ringing(transaction, caller, ref, room, type);
          return changes.begin(transaction, call)
              ? Optional.of(admit(transaction, caller, member, call))
              : Optional.empty();
        });
    if (begun.isPresent()) {
      return begun.get();
    }
    // Somebody else initiated a call at the same moment.
    closeUnused(id);
    return initiate(caller, room, type);
  }

  private ConnectionDetails joinOrInitiate(Caller caller, CallId live, RoomId room, CallType type) {
    try {
      return join(caller, live);
    } catch (Problem problem) {
      if (problem.code() == ProblemCode.CALL_ENDED) {
        // It ended in the meantime, and the caller did not ask for this particular call.
        return initiate(caller, room, type);
      }
      throw problem;
    }
  }

  /// Lets the caller join, which answers the call.
  public ConnectionDetails join(Caller caller, CallId id) {
    find(caller, id, Calls::live);
    // A restarted LiveKit may have lost the room.
    open(id);
    return database.inTransaction(transaction -> {
      Locked locked = lock(transaction, caller, id);
      CallInput join = new CallInput.Join(caller.user(), now());
      Call call = changes.apply(transaction, locked.call(), join).call();
      return admit(transaction, caller, locked.member(), call);
    });
  }

  private ConnectionDetails admit(Handle transaction, Caller caller, Member member, Call call) {
    // An issuer's token expires soon in any case, and its user continues with the next one.
    KeyId key = caller.issuedUntil() == null ? caller.key() : null;
    CallParticipantTable.admitted(transaction, call.ref(), member.user(), key);
    return liveKit.connectionDetails(call, member);
  }

  /// Makes the caller leave the call.
  public Call leave(Caller caller, CallId id) {
    return change(caller, id, (member, call) -> new CallInput.Leave(member.user(), now()));
  }

  /// Rejects the call for the caller.
  public Call reject(Caller caller, CallId id) {
    return change(caller, id, (member, call) -> new CallInput.Reject(member.user(), now()));
  }

  /// Ends the call for everybody. Allowed for its initiator and for admins of the room.
  public Call end(Caller caller, CallId id) {
    return change(
        caller,
        id,
        (member, call) -> {
          if (!call.initiator().equals(member.user()) && !member.isAdmin()) {
            throw new Problem(
                ProblemCode.CALL_FORBIDDEN,
                "Only its initiator or an admin of the room may end a call.");
          }
          return new CallInput.End(now());
        });
  }

  /// Removes a user from the call of a room that they are leaving, in the same transaction. While
  /// the call rings for them, this counts as a rejection.
  public void left(Handle transaction, TenantId tenant, RoomId room, UserId user) {
    CallTable.live(transaction, tenant, room)
        .flatMap(id -> CallTable.lock(transaction, new CallRef(tenant, id)))
        .filter(call -> call.isLive() && call.participants().containsKey(user))
        .ifPresent(call -> changes.apply(transaction, call, new CallInput.Reject(user, now())));
  }

  /// Finds a call, including an ended one.
  public Call find(Caller caller, CallId id) {
    return find(caller, id, call -> call);
  }

  /// Returns the recordings of a call that the caller may see, oldest first.
  List<Recording> recordings(Call call) {
    return database.inTransaction(transaction -> RecordingTable.list(transaction, call.ref()));
  }

  private Call find(Caller caller, CallId id, UnaryOperator<Call> check) {
    return database.inTransaction(transaction -> {
      Call call = known(transaction, caller, id);
      requireMember(transaction, caller, call.room());
      return check.apply(call);
    });
  }

  private Call change(Caller caller, CallId id, BiFunction<Member, Call, CallInput> input) {
    return database.inTransaction(transaction -> {
      Locked locked = lock(transaction, caller, id);
      return changes
          .apply(transaction, locked.call(), input.apply(locked.member(), locked.call()))
          .call();
    });
  }

  /// A live call, locked until the transaction ends, and the caller as a member of its room.
  record Locked(Member member, Call call) {}

  Locked lock(Handle transaction, Caller caller, CallId id) {
    // Lock order: the membership, then the call.
    Member member = requireMember(transaction, caller, known(transaction, caller, id).room());
    CallRef ref = new CallRef(caller.tenant(), id);
    return new Locked(member, live(CallTable.lock(transaction, ref).orElseThrow()));
  }

  private Call known(Handle transaction, Caller caller, CallId id) {
    return CallTable.find(transaction, new CallRef(caller.tenant(), id))
        .orElseThrow(() -> new Problem(ProblemCode.CALL_NOT_FOUND, "There is no such call."));
  }

  private Instant now() {
    return changes.clock().instant();
  }

  private Call ringing(Handle transaction, Caller caller, CallRef ref, RoomId room, CallType type) {
    List<UserId> others =
        rooms.joined(transaction, caller.tenant(), room).stream()
            .map(Member::user)
            .filter(user -> !user.equals(caller.user()))
            .toList();
    return Call.ringing(ref, room, type, caller.user(), others, now(), changes.timeouts());
  }

  private Member requireMember(Handle transaction, Caller caller, RoomId room) {
    try {
      return rooms.requireMember(transaction, caller.tenant(), caller.user(), room);
    } catch (Problem problem) {
      if (problem.code() == ProblemCode.NOT_MEMBER) {
        throw new Problem(ProblemCode.CALL_FORBIDDEN, "You are not a member of the call's room.");
      }
      throw problem;
    }
  }

  private void open(CallId id) {
    try {
      liveKit.open(id);
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} cannot be opened: {}", id, e.getMessage());
      throw unreachable();
    }
  }

  private void closeUnused(CallId id) {
    try {
      liveKit.close(id);
    } catch (LiveKitUnreachable e) {
      LOG.debug("{} was never used; LiveKit closes its room by itself", id, e);
    }
  }

  private static Call live(Call call) {
    if (!call.isLive()) {
      throw new Problem(ProblemCode.CALL_ENDED, "The call has ended.");
    }
    return call;
  }

  static Problem unreachable() {
    return new Problem(
            ProblemCode.CALL_LIVEKIT_UNREACHABLE, "Calls are not possible right now; try again.")
        .retryAfter(Peer.RETRY_AFTER);
  }
}
