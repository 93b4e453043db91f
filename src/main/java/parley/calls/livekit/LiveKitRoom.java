package parley.calls.livekit;

/// A room as the node that carries it counts.
///
/// @param people how many are connected, without those that record or serve the room
/// @param recorded whether something that records is connected, whatever its identity
public record LiveKitRoom(String name, int people, boolean recorded) {}
