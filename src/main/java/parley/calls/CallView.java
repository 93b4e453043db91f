package parley.calls;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.tenants.RoomId;
import parley.tenants.UserId;

/// A call as the API shows it.
record CallView(
    CallId id,
    RoomId roomId,
    CallType type,
    String status,
    Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable CallEndReason endReason,
    UserId initiatorId,
    List<CallSummary.ParticipantView> participants,
    boolean recording,
    List<RecordingView> recordings) {
  static CallView of(Call call, List<Recording> recordings) {
    CallSummary summary = CallSummary.of(call);
    return new CallView(
        call.id(),
        call.room(),
        call.type(),
        summary.status(),
        call.startedAt(),
        call.state().endedAt(),
        summary.reason(),
        call.initiator(),
        summary.participants(),
        isRecorded(call, recordings),
        recordings.stream().map(RecordingView::of).toList());
  }

  /// While a recorder is in the room, the call is being recorded, whatever is known of recordings.
  private static boolean isRecorded(Call call, List<Recording> recordings) {
    return !call.recorders().isEmpty()
        || recordings.stream().anyMatch(recording -> recording.state().isOn());
  }

  /// The content of the event `swp.call.state`.
  record StateEvent(
      @JsonUnwrapped CallSummary summary,
      boolean recording,
      @Nullable RecordingSummary lastRecording) {
    /// @param running recordings of the call that may be in progress
    /// @param newest the call's newest recording, if any
    static StateEvent of(Call call, List<Recording> running, Optional<Recording> newest) {
      return new StateEvent(
          CallSummary.of(call),
          isRecorded(call, running),
          newest.map(RecordingSummary::of).orElse(null));
    }
  }

  /// The content of the event `swp.call.invite`.
  record Invitation(
      CallId callId, CallType callType, UserId initiatorId, @Nullable Instant expiresAt) {
    static Invitation of(Call call) {
      return new Invitation(call.id(), call.type(), call.initiator(), call.state().ringUntil());
    }
  }
}
