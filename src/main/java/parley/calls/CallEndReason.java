package parley.calls;

import parley.text.TextEnum;

/// Why a call is over.
public enum CallEndReason implements TextEnum {
  /// It was answered, and then somebody ended it or everybody left.
  COMPLETED,
  /// It was ended before anybody answered.
  CANCELLED,
  /// Everybody who was called rejected it.
  REJECTED,
  /// Nobody answered in time.
  MISSED,
  /// LiveKit did not answer for so long that nothing is known of it.
  FAILED
}
