package parley.calls;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.calls.livekit.EgressInfo;
import parley.tenants.UserId;

/// Applies inputs to recordings within the caller's transaction: updates the row, and records an
/// event if members see a difference.
public final class RecordingChanges {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingChanges.class);

  private final CallChanges callChanges;
  private final RecordingTimeouts timeouts;

  public RecordingChanges(CallChanges callChanges, RecordingTimeouts timeouts) {
    this.callChanges = callChanges;
    this.timeouts = timeouts;
  }

  /// The result of applying an input, with the side effects to run after the commit.
  record Outcome(Recording recording, List<RecordingEffect> effects) {}

  Clock clock() {
    return callChanges.clock();
  }

  /// Adds a recording to a call that this transaction has locked.
  void begin(Handle transaction, Call call, Recording recording) {
    RecordingTable.insert(transaction, recording);
    callChanges.announce(transaction, call);
  }

  /// Applies an input. Locks the call, then the recording.
  Outcome apply(Handle transaction, RecordingRef ref, RecordingInput input) {
    Call call = CallTable.lock(transaction, ref.callRef()).orElseThrow();
    Recording recording = RecordingTable.lock(transaction, ref).orElseThrow();
    RecordingState state = recording.state();
    RecordingTransitions.Next next = RecordingTransitions.next(state, input, timeouts);
    RecordingEnd end =
        recording.end().after(state, input, next.state(), usualEnd(call, recording, input));
    if (next.state().equals(state) && end.equals(recording.end())) {
      return new Outcome(recording, next.effects());
    }
    if (!next.state().equals(state)) {
      RecordingTable.update(transaction, ref, next.state());
    }
    RecordingTable.ended(transaction, ref, end);
    if (!next.state().mayRecord()
        && !input.detail().isEmpty()
        && RecordingTable.addDetail(transaction, ref, input.detail())) {
      LOG.warn("{} of {} ended: {}", ref.id(), ref.call(), input.detail());
    }
    Recording after = RecordingTable.find(transaction, ref).orElseThrow();
    if (!RecordingSummary.of(after).equals(RecordingSummary.of(recording))
        || after.state().isOn() != state.isOn()) {
      callChanges.announce(transaction, call);
    }
    return new Outcome(after, next.effects());
  }

  private static RecordingEndReason usualEnd(Call call, Recording recording, RecordingInput input) {
    if (!call.isLive()) {
      return RecordingEndReason.CALL_ENDED;
    }
    UserId participant = recording.participant();
    // Egress may report this before LiveKit reports who left.
    boolean sourceClosed =
        input instanceof RecordingInput.Reported(EgressInfo info, Instant now)
            && info.end() == EgressInfo.End.SOURCE_CLOSED;
    return participant != null && (sourceClosed || !call.isConnected(participant))
        ? RecordingEndReason.PARTICIPANT_LEFT
        : RecordingEndReason.INTERRUPTED;
  }

  /// Stores whether the file of a recording appears where this server looks for it, and notifies
  /// the members if that has changed.
  void setMisplaced(Handle transaction, RecordingRef ref, boolean misplaced) {
    Call call = CallTable.lock(transaction, ref.callRef()).orElseThrow();
    if (RecordingTable.setMisplaced(transaction, ref, misplaced)) {
      callChanges.announce(transaction, call);
    }
  }
}
