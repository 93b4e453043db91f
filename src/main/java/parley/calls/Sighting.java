package parley.calls;

import java.time.Instant;
import parley.tenants.UserId;

/// A participant as LiveKit sees them.
///
/// @param joinedAt when this connection came about
public record Sighting(UserId user, Instant joinedAt, boolean videoOn, boolean audioOn) {}
