package parley.calls;

import parley.tenants.UserId;

/// What has to follow a change of a call.
public sealed interface CallEffect {
  /// Tell the members how the call stands now.
  record Announce() implements CallEffect {}

  /// Create LiveKit's room (again).
  record OpenRoom() implements CallEffect {}

  /// Close LiveKit's room with everybody in it.
  record CloseRoom() implements CallEffect {}

  /// Disconnect a participant from LiveKit.
  record Disconnect(UserId user) implements CallEffect {}

  /// Ask LiveKit again: its answer was older than the call's last change.
  record ObserveAgain() implements CallEffect {}
}
