package parley.calls.livekit;

import java.time.Instant;

/// Somebody connected to a room.
///
/// @param identity as in the token
/// @param joinedAt when the connection came about
public record LiveKitParticipant(
    String identity, Instant joinedAt, boolean videoOn, boolean audioOn) {}
