package parley.calls;

import parley.text.TextEnum;

/// Why a recording ended.
public enum RecordingEndReason implements TextEnum {
  /// Somebody stopped it.
  STOPPED,
  /// The call ended.
  CALL_ENDED,
  /// The recorded participant left.
  PARTICIPANT_LEFT,
  /// It reached egress's maximum length or size.
  LIMIT_REACHED,
  /// Egress ran out of CPU or memory.
  OVERLOADED,
  /// Egress was shut down, left the call or was stopped externally.
  INTERRUPTED,
  /// No egress accepted it, or egress failed.
  FAILED
}
