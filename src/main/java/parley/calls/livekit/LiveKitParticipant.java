package parley.calls.livekit;

import java.time.Instant;

/// A person or program connected to a LiveKit room.
///
/// @param joinedAt when the connection started
public record LiveKitParticipant(
    String identity, Kind kind, Instant joinedAt, boolean videoOn, boolean audioOn) {
  /// The purpose of a connection.
  public enum Kind {
    PERSON,
    /// Records the room.
    RECORDER,
    /// Ingress, SIP, agents and other programs.
    OTHER
  }
}
