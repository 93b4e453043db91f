package parley.calls;

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

/// What members do with calls.
///
/// All of it is for those who are in the call's room: CALL_FORBIDDEN for others of the tenant,
/// CALL_NOT_FOUND for another tenant, and CALL_ENDED for what comes too late.
public final class Calls {
  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

  private final Database database;
  private final CallTable table = new CallTable();
  private final RecordingTable recordings = new RecordingTable();
  private final CallChanges changes;
  private final Rooms rooms;
  private final LiveKitRooms liveKit;

  public Calls(Database database, CallChanges changes, Rooms rooms, LiveKitRooms liveKit) {
    this.database = database;
    this.changes = changes;
    this.rooms = rooms;
    this.liveKit = liveKit;
  }

  /// Calls the room's other members, or joins the call that the room has.
  ///
  /// @throws Problem CALL_LIVEKIT_UNREACHABLE, and then there is no call
  public Admission initiate(Caller caller, RoomId room, CallType type) {
    Optional<CallId> live =
        database.inTransaction(transaction -> {
          requireMember(transaction, caller, room);
          return table.live(transaction, caller.tenant(), room);
        });
    if (live.isPresent()) {
      return joinOrInitiate(caller, live.get(), room, type);
    }
    CallId id = CallId.random();
    // Before anybody hears of the call: their clients connect as soon as they do.
    open(id);
    Optional<Admission> begun =
        database.inTransaction(transaction -> {
          Member member = requireMember(transaction, caller, room);
          Call call = ringing(transaction, caller, id, room, type);
          return changes.begin(transaction, call)
              ? Optional.of(admit(transaction, caller, member, call))
              : Optional.empty();
        });
    if (begun.isPresent()) {
      return begun.get();
    }
    // Somebody else called at the same moment.
    closeUnused(id);
    return initiate(caller, room, type);
  }

  private Admission joinOrInitiate(Caller caller, CallId live, RoomId room, CallType type) {
    try {
      return join(caller, live);
    } catch (Problem problem) {
      if (problem.code() == ProblemCode.CALL_ENDED) {
        // It ended meanwhile; whoever calls has not asked for that one.
        return initiate(caller, room, type);
      }
      throw problem;
    }
  }

  /// Lets the caller into a call, which answers it.
  public Admission join(Caller caller, CallId id) {
    find(caller, id, Calls::live);
    // It may have been lost with a LiveKit that was started anew.
    open(id);
    return database.inTransaction(transaction -> {
      Held held = hold(transaction, caller, id);
      Call call =
          changes
              .apply(
                  transaction,
                  held.call(),
                  new CallInput.Join(caller.user(), changes.clock().instant()))
              .call();
      return admit(transaction, caller, held.member(), call);
    });
  }

  private Admission admit(Handle transaction, Caller caller, Member member, Call call) {
    // An issuer's token ends soon by itself, and whoever has another one goes on with that.
    KeyId key = caller.issuedUntil() == null ? caller.key() : null;
    table.admitted(transaction, call, member.user(), key);
    return liveKit.admission(call, member);
  }

  /// The caller takes part no more.
  public Call leave(Caller caller, CallId id) {
    return change(
        caller,
        id,
        (member, call) -> new CallInput.Leave(member.user(), changes.clock().instant()));
  }

  /// The caller does not want to take part.
  public Call reject(Caller caller, CallId id) {
    return change(
        caller,
        id,
        (member, call) -> new CallInput.Reject(member.user(), changes.clock().instant()));
  }

  /// Ends the call for all; for its initiator and for admins of the room.
  public Call end(Caller caller, CallId id) {
    return change(
        caller,
        id,
        (member, call) -> {
          if (!call.initiator().equals(member.user()) && !member.isAdmin()) {
            throw new Problem(
                ProblemCode.CALL_FORBIDDEN,
                "Only who called, or an admin of the room, ends a call.");
          }
          return new CallInput.End(changes.clock().instant());
        });
  }

  /// Takes a user out of the call of a room that they are no member of any more, in the transaction
  /// in which they go. Who it rings for does not answer any more, as if they had said no.
  public void left(Handle transaction, TenantId tenant, RoomId room, UserId user) {
    table
        .live(transaction, tenant, room)
        .flatMap(id -> table.lock(transaction, tenant, id))
        .filter(call -> call.isLive() && call.seats().containsKey(user))
        .ifPresent(call ->
            changes.apply(
                transaction, call, new CallInput.Reject(user, changes.clock().instant())));
  }

  /// How the call stands, also when it is over.
  public Call find(Caller caller, CallId id) {
    return find(caller, id, call -> call);
  }

  /// The recordings of a call that the caller has seen, in the order of their beginnings.
  List<Recording> recordings(Call call) {
    return database.inTransaction(
        transaction -> recordings.list(transaction, call.tenant(), call.id()));
  }

  private Call find(Caller caller, CallId id, UnaryOperator<Call> check) {
    return database.inTransaction(transaction -> {
      Call call = table.find(transaction, caller.tenant(), id).orElseThrow(Calls::notFound);
      requireMember(transaction, caller, call.room());
      return check.apply(call);
    });
  }

  private Call change(Caller caller, CallId id, BiFunction<Member, Call, CallInput> input) {
    return database.inTransaction(transaction -> {
      Held held = hold(transaction, caller, id);
      return changes
          .apply(transaction, held.call(), input.apply(held.member(), held.call()))
          .call();
    });
  }

  /// A live call that nobody else changes until the transaction ends, and the caller in its room.
  record Held(Member member, Call call) {}

  Held hold(Handle transaction, Caller caller, CallId id) {
    // The membership before the call: everybody takes these locks in this order.
    Call known = table.find(transaction, caller.tenant(), id).orElseThrow(Calls::notFound);
    Member member = requireMember(transaction, caller, known.room());
    return new Held(member, live(table.lock(transaction, caller.tenant(), id).orElseThrow()));
  }

  private Call ringing(Handle transaction, Caller caller, CallId id, RoomId room, CallType type) {
    List<UserId> others =
        rooms.joined(transaction, caller.tenant(), room).stream()
            .map(Member::user)
            .filter(user -> !user.equals(caller.user()))
            .toList();
    return Call.ringing(
        id,
        caller.tenant(),
        room,
        type,
        caller.user(),
        others,
        changes.clock().instant(),
        changes.times());
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
      LOG.debug("{} was never used; LiveKit closes it by itself", id, e);
    }
  }

  private static Call live(Call call) {
    if (!call.isLive()) {
      throw new Problem(ProblemCode.CALL_ENDED, "The call is over.");
    }
    return call;
  }

  private static Problem notFound() {
    return new Problem(ProblemCode.CALL_NOT_FOUND, "There is no such call.");
  }

  static Problem unreachable() {
    return new Problem(
            ProblemCode.CALL_LIVEKIT_UNREACHABLE, "Calls are not possible right now; try again.")
        .retryAfter(Peer.RETRY_AFTER);
  }
}
