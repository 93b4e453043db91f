package parley.calls;

import java.time.Instant;
import java.util.List;
import parley.tenants.UserId;

/// Everything that can happen to a call. Whoever creates one has checked who may do it.
///
/// There is no input for a webhook: a webhook is a reason to ask LiveKit, and its answer is the
/// input. So webhooks may come late, twice, in any order or not at all.
public sealed interface CallInput {
  /// When it happened.
  Instant now();

  /// A member was given a token to take part.
  record Join(UserId user, Instant now) implements CallInput {}

  /// A participant leaves.
  record Leave(UserId user, Instant now) implements CallInput {}

  /// A member rejects the call.
  record Reject(UserId user, Instant now) implements CallInput {}

  /// Somebody who may do so ends it for all.
  record End(Instant now) implements CallInput {}

  /// LiveKit told who is in the room; the parameters are those of [RoomSnapshot].
  ///
  /// @param version the call's when LiveKit was asked, because its answer may be older or newer
  ///   than any later change
  record Observed(
      long version, boolean open, List<ParticipantSnapshot> participants, int unlisted, Instant now)
      implements CallInput {}

  /// LiveKit was asked and did not answer.
  record NoAnswer(Instant now) implements CallInput {}

  /// Time passed.
  record Tick(Instant now) implements CallInput {}
}
