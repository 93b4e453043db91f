package parley.calls;

import parley.text.TextEnum;

/// Why a call ended.
public enum CallEndReason implements TextEnum {
  /// It was answered, and then somebody ended it or everybody left.
  COMPLETED,
  /// It was ended before anybody answered.
  CANCELLED,
  /// Everybody who was called rejected it.
  REJECTED,
  /// Nobody answered in time.
  MISSED,
  /// LiveKit was unreachable for too long.
  FAILED
}
