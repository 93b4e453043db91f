package parley.calls;

import parley.tenants.UserId;

/// What has to follow a change of a call.
public sealed interface CallEffect {
  /// The members are told how the call stands now.
  record Announce() implements CallEffect {}

  /// LiveKit's room is made (again).
  record OpenRoom() implements CallEffect {}

  /// LiveKit's room is closed with everybody in it.
  record CloseRoom() implements CallEffect {}

  /// LiveKit is told to let go of a participant.
  record Disconnect(UserId user) implements CallEffect {}

  /// What was seen was too old; somebody has to look again.
  record LookAgain() implements CallEffect {}
}
