package parley.calls;

import parley.text.TextEnum;

/// What ended a recording.
public enum RecordingEndReason implements TextEnum {
  /// Somebody stopped it.
  STOPPED,
  /// Its call was over.
  CALL_ENDED,
  /// The participant whom it recorded left.
  PARTICIPANT_LEFT,
  /// It reached egress's maximum length or size.
  LIMIT_REACHED,
  /// Egress had too little processor time or memory.
  OVERLOADED,
  /// Egress was shut down, left the call, or was stopped from outside.
  INTERRUPTED,
  /// No egress took it, or egress gave up.
  FAILED
}
