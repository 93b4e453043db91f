package parley.calls;

import java.time.Instant;
import java.util.List;
import parley.tenants.UserId;

/// Everything that can happen to a call. Who may do it has been checked before.
///
/// There is no input for a webhook: a webhook is a reason to look, and what was seen is the input.
/// So webhooks may come late, twice, in any order or not at all.
public sealed interface CallInput {
  /// When it happened.
  Instant now();

  /// A member was given a token to take part.
  record Join(UserId user, Instant now) implements CallInput {}

  /// A participant takes part no more.
  record Leave(UserId user, Instant now) implements CallInput {}

  /// A member does not want the call.
  record Reject(UserId user, Instant now) implements CallInput {}

  /// Somebody who may ends it for all.
  record End(Instant now) implements CallInput {}

  /// Who is in LiveKit's room.
  ///
  /// @param version the call's, before LiveKit was asked: what was seen since is not told apart
  ///   from what was seen before
  /// @param open whether LiveKit has the room
  /// @param unlisted how many more people are there whom LiveKit does not name
  record Look(long version, boolean open, List<Sighting> present, int unlisted, Instant now)
      implements CallInput {}

  /// LiveKit was asked and did not answer.
  record NoAnswer(Instant now) implements CallInput {}

  /// Time passed.
  record Tick(Instant now) implements CallInput {}
}
