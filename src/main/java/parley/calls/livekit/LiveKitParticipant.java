package parley.calls.livekit;

import java.time.Instant;

/// Somebody or something that is connected to a room of LiveKit.
///
/// @param joinedAt when the connection came about
public record LiveKitParticipant(
    String identity, Kind kind, Instant joinedAt, boolean videoOn, boolean audioOn) {
  /// What they are there for.
  public enum Kind {
    PERSON,
    /// Records the room.
    RECORDER,
    /// Feeds or serves it.
    OTHER
  }
}
