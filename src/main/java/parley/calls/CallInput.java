package parley.calls;

import java.time.Instant;
import java.util.List;
import parley.tenants.UserId;

/// Everything that can happen to a call. Permissions are checked before an input is created.
///
/// A webhook is not an input: it only triggers a query of LiveKit, whose answer is the input. So
/// webhooks may be late, duplicated, reordered or lost.
public sealed interface CallInput {
  /// When it happened.
  Instant now();

  /// A member got a token to take part.
  record Join(UserId user, Instant now) implements CallInput {}

  /// A participant leaves.
  record Leave(UserId user, Instant now) implements CallInput {}

  /// A member rejects the call.
  record Reject(UserId user, Instant now) implements CallInput {}

  /// Somebody with permission ends the call for everybody.
  record End(Instant now) implements CallInput {}

  /// LiveKit reported who is in the room; see [RoomSnapshot] for the parameters.
  ///
  /// @param version the call's version when LiveKit was queried, because the answer may be older or
  ///   newer than a later change
  record Observed(
      long version, boolean open, List<ParticipantSnapshot> participants, int unlisted, Instant now)
      implements CallInput {}

  /// LiveKit was queried and did not answer.
  record NoAnswer(Instant now) implements CallInput {}

  /// Time passed.
  record Tick(Instant now) implements CallInput {}
}
