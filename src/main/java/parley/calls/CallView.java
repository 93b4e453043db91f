package parley.calls;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.tenants.UserId;

/// How a call is shown.
final class CallView {
  private CallView() {}

  /// The call as an answer tells it.
  static Map<String, Object> of(Call call, List<Recording> recordings) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("id", call.id().toString());
    view.put("room_id", call.room().toString());
    view.put("type", call.type().text());
    view.put("status", call.state().text());
    view.put("started_at", call.startedAt());
    view.put("ended_at", endedAt(call));
    view.put("end_reason", reason(call));
    view.put("initiator_id", call.initiator().toString());
    view.put("participants", participants(call));
    view.put("recording", isRecorded(call, recordings));
    view.put("recordings", recordings.stream().map(RecordingView::of).toList());
    return view;
  }

  /// What members are told when the call changes, or how a recording of it stands.
  ///
  /// @param newest the call's newest recording, if it has any: of two at most one is on, and that
  ///   is the newer one
  static Map<String, Object> announcement(Call call, Optional<Recording> newest) {
    Map<String, Object> content = announcement(call);
    content.put("recording", isRecorded(call, newest.stream().toList()));
    content.put("last_recording", newest.map(RecordingView::brief).orElse(null));
    return content;
  }

  /// Whatever is known of recordings: as long as something that records is in the room, it is one.
  private static boolean isRecorded(Call call, List<Recording> recordings) {
    return !call.recorders().isEmpty()
        || recordings.stream().anyMatch(recording -> recording.state().isOn());
  }

  /// What of the call itself members are told.
  static Map<String, Object> announcement(Call call) {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("call_id", call.id().toString());
    content.put("status", call.state().text());
    content.put("reason", reason(call));
    content.put("participants", participants(call));
    return content;
  }

  /// What the others are told when the call begins.
  static Map<String, Object> invitation(Call call) {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("call_id", call.id().toString());
    content.put("call_type", call.type().text());
    content.put("initiator_id", call.initiator().toString());
    content.put(
        "expires_at", call.state() instanceof CallState.Ringing(Instant until) ? until : null);
    return content;
  }

  /// Who is in a live call; who was in one that is over.
  private static List<Map<String, Object>> participants(Call call) {
    return call.seats().entrySet().stream()
        .flatMap(entry -> participant(entry.getKey(), entry.getValue(), call.isLive()))
        .toList();
  }

  private static Stream<Map<String, Object>> participant(UserId user, Seat seat, boolean live) {
    boolean counts = !live || seat.presence() instanceof Presence.Connected;
    if (!counts || seat.joinedAt() == null) {
      return Stream.empty();
    }
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("participant_id", user.toString());
    view.put("joined_at", Objects.requireNonNull(seat.joinedAt()));
    view.put(
        "video_on", seat.presence() instanceof Presence.Connected connected && connected.videoOn());
    view.put(
        "audio_on", seat.presence() instanceof Presence.Connected connected && connected.audioOn());
    return Stream.of(view);
  }

  private static @Nullable String reason(Call call) {
    return call.state() instanceof CallState.Ended(EndReason reason, Instant at)
        ? reason.text()
        : null;
  }

  private static @Nullable Instant endedAt(Call call) {
    return call.state() instanceof CallState.Ended(EndReason reason, Instant at) ? at : null;
  }
}
