package parley.calls.livekit;

import java.time.Instant;

/// Somebody or something connected to a room of LiveKit.
///
/// @param joinedAt when the connection began
public record LiveKitParticipant(
    String identity, Kind kind, Instant joinedAt, boolean videoOn, boolean audioOn) {
  /// What a connection is for.
  public enum Kind {
    PERSON,
    /// Records the room.
    RECORDER,
    /// Ingress, SIP, agents and other programs.
    OTHER
  }
}
