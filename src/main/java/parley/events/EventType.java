package parley.events;

import parley.text.TextEnum;

/// The types of events. Their names are part of the API. Each constant shows its content.
public enum EventType implements TextEnum {
  /// `{msgtype, body, …}`, as sent.
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

  @Override
  public String text() {
    return text;
  }
}
