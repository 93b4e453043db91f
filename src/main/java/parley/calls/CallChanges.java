package parley.calls;

import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.background.BackgroundTasks;
import parley.background.PeriodicWork;
import parley.calls.livekit.LiveKitUnreachable;
import parley.db.Database;
import parley.events.Audience;
import parley.events.EventLog;
import parley.events.EventType;

/// Applies inputs to calls: updates the row and records the event within the caller's transaction,
/// and calls LiveKit after the commit. [CallReconciler] makes up for calls to LiveKit that fail.
public final class CallChanges implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CallChanges.class);

  private final Database database;
  private final EventLog events;
  private final LiveKitRooms liveKit;
  private final CallTimeouts timeouts;
  private final Clock clock;
  private final BackgroundTasks effects = new BackgroundTasks("call-effects");

  public CallChanges(
      Database database,
      EventLog events,
      LiveKitRooms liveKit,
      CallTimeouts timeouts,
      Clock clock) {
    this.database = database;
    this.events = events;
    this.liveKit = liveKit;
    this.timeouts = timeouts;
    this.clock = clock;
  }

  Clock clock() {
    return clock;
  }

  CallTimeouts timeouts() {
    return timeouts;
  }

  /// Adds a ringing call; false if the room has a live one.
  boolean begin(Handle transaction, Call call) {
    if (!CallTable.insert(transaction, call)) {
      return false;
    }
    events.record(
        transaction,
        call.tenant(),
        Audience.roomExcept(call.room(), call.initiator()),
        EventType.CALL_INVITE,
        call.initiator(),
        CallView.Invitation.of(call));
    announce(transaction, call);
    return true;
  }

  /// The result of applying an input.
  ///
  /// @param outdated whether the input was observed before the call's last change, so that LiveKit
  ///   must be queried again
  record Outcome(Call call, boolean outdated) {}

  /// Applies an input to a call that this transaction has locked.
  Outcome apply(Handle transaction, Call call, CallInput input) {
    CallTransitions.Next next = CallTransitions.next(call, input, timeouts);
    if (next.call().version() != call.version()) {
      CallTable.update(transaction, call, next.call());
    }
    if (next.effects().contains(new CallEffect.Announce())) {
      announce(transaction, next.call());
    }
    transaction.afterCommit(() -> follow(call.ref(), next.effects()));
    return new Outcome(next.call(), next.effects().contains(new CallEffect.ObserveAgain()));
  }

  /// Stores what was observed in the room of a live call that this transaction has locked, and
  /// notifies the members if recording has started or ended.
  void seen(Handle transaction, Call call, RoomSnapshot snapshot, boolean wasLost) {
    Set<String> recorders = snapshot.recorders(call.recorders());
    if (recorders.equals(call.recorders()) && snapshot.lost() == wasLost) {
      return;
    }
    CallWorkTable.seen(transaction, call.ref(), recorders, snapshot.lost());
    if (recorders.isEmpty() != call.recorders().isEmpty()) {
      announceAnew(transaction, call);
    }
  }

  /// Closes the room of a call that has ended. If that fails now, it is done later.
  void close(CallRef ref) throws LiveKitUnreachable {
    if (!liveKit.close(ref.id())) {
      return;
    }
    database.useTransaction(transaction -> {
      Call call = CallTable.lock(transaction, ref).orElseThrow();
      if (call.isLive()) {
        return;
      }
      CallWorkTable.roomClosed(transaction, ref);
      if (!call.recorders().isEmpty()) {
        announceAnew(transaction, call);
      }
    });
  }

  private void announceAnew(Handle transaction, Call call) {
    announce(transaction, CallTable.find(transaction, call.ref()).orElseThrow());
  }

  /// Sends the members the state of a call and its recordings.
  void announce(Handle transaction, Call call) {
    events.record(
        transaction,
        call.tenant(),
        Audience.room(call.room()),
        EventType.CALL_STATE,
        null,
        CallView.StateEvent.of(
            call,
            RecordingTable.running(transaction, call.ref()),
            RecordingTable.newest(transaction, call.ref())));
  }

  private void follow(CallRef call, List<CallEffect> following) {
    if (!following.isEmpty()) {
      effects.run(() ->
          following.forEach(
              effect -> PeriodicWork.safely("call-effects", () -> follow(call, effect))));
    }
  }

  private void follow(CallRef call, CallEffect effect) {
    try {
      switch (effect) {
        case CallEffect.OpenRoom open -> liveKit.open(call.id());
        case CallEffect.CloseRoom close -> close(call);
        case CallEffect.Disconnect(var user) -> liveKit.disconnect(call.id(), user);
        case CallEffect.Announce announce -> {}
        case CallEffect.ObserveAgain again -> {}
      }
    } catch (LiveKitUnreachable e) {
      LOG.warn("{}: {} is postponed: {}", call.id(), effect, e.getMessage());
    }
  }

  /// Waits for pending requests to LiveKit.
  @Override
  public void close() {
    effects.close();
  }
}
