package parley.calls.livekit;

/// A room as counted by the node that hosts it.
///
/// @param people number of connected people, without recorders and other programs
/// @param recorded whether a recorder is connected
public record LiveKitRoom(String name, int people, boolean recorded) {}
