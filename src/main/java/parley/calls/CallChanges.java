package parley.calls;

import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.background.PeriodicWork;
import parley.calls.CallTable.Ref;
import parley.calls.livekit.LiveKitUnreachable;
import parley.db.Database;
import parley.events.Audience;
import parley.events.EventLog;
import parley.events.EventType;

/// Changes calls as [CallTransitions] says: the row and the event in the caller's transaction, what
/// LiveKit has to do after it.
///
/// What LiveKit was not told, because it or this server was away, the next look finds and tells it
/// again.
public final class CallChanges implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CallChanges.class);

  private final Database database;
  private final CallTable table = new CallTable();
  private final RecordingTable recordings = new RecordingTable();
  private final EventLog events;
  private final LiveKitRooms liveKit;
  private final CallTimes times;
  private final Clock clock;
  private final ExecutorService afterwards = Executors.newVirtualThreadPerTaskExecutor();

  public CallChanges(
      Database database, EventLog events, LiveKitRooms liveKit, CallTimes times, Clock clock) {
    this.database = database;
    this.events = events;
    this.liveKit = liveKit;
    this.times = times;
    this.clock = clock;
  }

  Clock clock() {
    return clock;
  }

  CallTimes times() {
    return times;
  }

  /// Adds a call and has it ring; false when the room has a live one.
  boolean begin(Handle transaction, Call call) {
    if (!table.insert(transaction, call)) {
      return false;
    }
    events.record(
        transaction,
        call.tenant(),
        Audience.roomExcept(call.room(), call.initiator()),
        EventType.CALL_INVITE,
        call.initiator(),
        CallView.invitation(call));
    announce(transaction, call);
    return true;
  }

  /// Applies an input to a call that this transaction has locked.
  ///
  /// @return the call as it is then, and whether the input came too late to count
  Outcome apply(Handle transaction, Call call, CallInput input) {
    CallTransitions.Next next = CallTransitions.next(call, input, times);
    if (next.call().version() != call.version()) {
      table.update(transaction, call, next.call());
    }
    if (next.effects().contains(new CallEffect.Announce())) {
      announce(transaction, next.call());
    }
    transaction.afterCommit(() -> follow(new Ref(call.tenant(), call.id()), next.effects()));
    return new Outcome(next.call(), next.effects().contains(new CallEffect.LookAgain()));
  }

  /// What an input made of a call.
  record Outcome(Call call, boolean lookAgain) {}

  /// Notes what was seen in the room of a live call that this transaction has locked, and tells the
  /// members when it is recorded now or is not any more.
  void seen(Handle transaction, Call call, RoomSight sight, boolean wasLost) {
    Set<String> recorders = sight.recorders(call.recorders());
    if (recorders.equals(call.recorders()) && sight.lost() == wasLost) {
      return;
    }
    table.seen(transaction, call, recorders, sight.lost());
    if (recorders.isEmpty() != call.recorders().isEmpty()) {
      announceAnew(transaction, call);
    }
  }

  /// Closes the room of a call that is over. What cannot be closed now is closed later.
  void close(Ref ref) throws LiveKitUnreachable {
    if (!liveKit.close(ref.id())) {
      return;
    }
    database.useTransaction(transaction -> {
      Call call = table.lock(transaction, ref.tenant(), ref.id()).orElseThrow();
      if (call.isLive()) {
        return;
      }
      table.roomClosed(transaction, call);
      if (!call.recorders().isEmpty()) {
        announceAnew(transaction, call);
      }
    });
  }

  private void announceAnew(Handle transaction, Call call) {
    announce(transaction, table.find(transaction, call.tenant(), call.id()).orElseThrow());
  }

  private void announce(Handle transaction, Call call) {
    events.record(
        transaction,
        call.tenant(),
        Audience.room(call.room()),
        EventType.CALL_STATE,
        null,
        CallView.announcement(call, recordings.newest(transaction, call.tenant(), call.id())));
  }

  /// Nobody waits for LiveKit here.
  private void follow(Ref call, List<CallEffect> effects) {
    if (effects.isEmpty()) {
      return;
    }
    try {
      afterwards.execute(() ->
          effects.forEach(
              effect -> PeriodicWork.safely("call-effects", () -> follow(call, effect))));
    } catch (RejectedExecutionException stopping) {
      LOG.debug("{} is left to the next node", call.id());
    }
  }

  private void follow(Ref ref, CallEffect effect) {
    CallId call = ref.id();
    try {
      switch (effect) {
        case CallEffect.OpenRoom open -> liveKit.open(call);
        case CallEffect.CloseRoom close -> close(ref);
        case CallEffect.Disconnect(var user) -> liveKit.disconnect(call, user);
        case CallEffect.Announce announce -> {}
        case CallEffect.LookAgain again -> {}
      }
    } catch (LiveKitUnreachable e) {
      LOG.warn("{}: {} has to wait: {}", call, effect, e.getMessage());
    }
  }

  /// Waits for what LiveKit is being told.
  @Override
  public void close() {
    afterwards.close();
  }
}
