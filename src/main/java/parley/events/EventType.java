package parley.events;

import java.util.Arrays;

/// What an event tells. The names are part of the API.
public enum EventType {
  /// `{msgtype, body, …}`, as it was sent.
  ROOM_MESSAGE("swp.room.message"),
  /// `{participant_id, membership, power_level, changed_by}`.
  ROOM_MEMBER("swp.room.member"),
  /// `{call_id, call_type, initiator_id, expires_at}`.
  CALL_INVITE("swp.call.invite"),
  /// `{call_id, status, reason, participants, recording, last_recording}`.
  CALL_STATE("swp.call.state"),
  /// `{media_id, scan_status}`.
  MEDIA_SCAN("swp.media.scan"),
  /// `{media_id, thumbnail_id, width, height, duration}`.
  MEDIA_READY("swp.media.ready"),
  /// `{job_id, status, progress}`.
  JOB("swp.job");

  private final String text;

  EventType(String text) {
    this.text = text;
  }

  /// As written in events and in the database.
  public String text() {
    return text;
  }

  static EventType of(String text) {
    return Arrays.stream(values())
        .filter(type -> type.text.equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no such type of event: " + text));
  }
}
