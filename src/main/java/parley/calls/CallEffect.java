package parley.calls;

import parley.tenants.UserId;

/// A side effect of a change to a call.
public sealed interface CallEffect {
  /// Send the members the call's new state.
  record Announce() implements CallEffect {}

  /// Create LiveKit's room (again).
  record OpenRoom() implements CallEffect {}

  /// Close LiveKit's room and disconnect everybody.
  record CloseRoom() implements CallEffect {}

  /// Disconnect a participant from LiveKit.
  record Disconnect(UserId user) implements CallEffect {}

  /// Query LiveKit again: its answer predates the call's last change.
  record ObserveAgain() implements CallEffect {}
}
