package parley.calls;

import java.time.Clock;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.calls.RecordingTable.Ref;
import parley.events.Audience;
import parley.events.EventLog;
import parley.events.EventType;

/// Changes recordings as [RecordingTransitions] says: the row, and the event when members see the
/// recording otherwise, in the caller's transaction.
public final class RecordingChanges {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingChanges.class);

  private final RecordingTable table = new RecordingTable();
  private final CallTable calls = new CallTable();
  private final EventLog events;
  private final RecordingTimes times;
  private final Clock clock;

  public RecordingChanges(EventLog events, RecordingTimes times, Clock clock) {
    this.events = events;
    this.times = times;
    this.clock = clock;
  }

  /// What an input made of a recording, and what has to follow once that is committed.
  record Outcome(Recording recording, List<RecordingEffect> effects) {}

  /// What time it is for recordings.
  public Clock clock() {
    return clock;
  }

  /// Adds a recording of a call that this transaction has locked.
  void begin(Handle transaction, Call call, Recording recording) {
    table.insert(transaction, recording);
    announce(transaction, call);
  }

  /// Applies an input. Locks the call, then the recording.
  Outcome apply(Handle transaction, Ref ref, RecordingInput input) {
    Call call = calls.lock(transaction, ref.tenant(), ref.call()).orElseThrow();
    Recording recording = table.lock(transaction, ref).orElseThrow();
    RecordingTransitions.Next next = RecordingTransitions.next(recording.state(), input, times);
    RecordingEnd end = recording.end().after(recording.state(), input, next.state(), call.isLive());
    if (next.state().equals(recording.state()) && end.equals(recording.end())) {
      return new Outcome(recording, next.effects());
    }
    if (!next.state().equals(recording.state())) {
      table.update(transaction, ref, next.state());
    }
    table.ended(transaction, ref, end);
    if (!next.state().mayRecord()
        && !input.detail().isEmpty()
        && table.note(transaction, ref, input.detail())) {
      LOG.warn("{} of {} ended: {}", ref.id(), ref.call(), input.detail());
    }
    Recording after = table.find(transaction, ref).orElseThrow();
    if (!RecordingView.brief(after).equals(RecordingView.brief(recording))
        || after.state().isOn() != recording.state().isOn()) {
      announce(transaction, call);
    }
    return new Outcome(after, next.effects());
  }

  /// Notes whether the file of a recording shows where this server looks for it; members hear when
  /// that has changed.
  void shows(Handle transaction, Ref ref, boolean shows) {
    Call call = calls.lock(transaction, ref.tenant(), ref.call()).orElseThrow();
    if (table.shows(transaction, ref, shows)) {
      announce(transaction, call);
    }
  }

  private void announce(Handle transaction, Call call) {
    events.record(
        transaction,
        call.tenant(),
        Audience.room(call.room()),
        EventType.CALL_STATE,
        null,
        CallView.announcement(call, table.newest(transaction, call.tenant(), call.id())));
  }
}
