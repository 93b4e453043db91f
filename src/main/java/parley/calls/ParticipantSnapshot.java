package parley.calls;

import java.time.Instant;
import parley.tenants.UserId;

/// A participant as LiveKit lists them.
///
/// @param joinedAt when this connection started
public record ParticipantSnapshot(
    UserId user, Instant joinedAt, boolean videoOn, boolean audioOn) {}
