package parley.calls;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import parley.tenants.UserId;

/// The part of a call that is announced to members whenever it changes.
///
/// @param participants those connected to a live call, or those who took part in an ended one
record CallSummary(
    CallId callId,
    String status,
    @Nullable CallEndReason reason,
    List<ParticipantView> participants) {

  record ParticipantView(
      UserId participantId, Instant joinedAt, boolean videoOn, boolean audioOn) {}

  static CallSummary of(Call call) {
    return new CallSummary(
        call.id(),
        call.state().text(),
        call.state().endReason(),
        call.participants().entrySet().stream()
            .filter(entry -> isShown(call, entry.getValue()))
            .map(entry -> view(entry.getKey(), entry.getValue()))
            .toList());
  }

  private static boolean isShown(Call call, CallParticipant participant) {
    return participant.joinedAt() != null
        && (!call.isLive() || participant.presence() instanceof Presence.Connected);
  }

  private static ParticipantView view(UserId user, CallParticipant participant) {
    return new ParticipantView(
        user,
        Objects.requireNonNull(participant.joinedAt()),
        participant.presence().videoOn(),
        participant.presence().audioOn());
  }
}
