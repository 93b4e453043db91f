package parley.calls.livekit;

/// A room as the node that hosts it counts.
///
/// @param people how many are connected, without recorders and other programs
/// @param recorded whether a recorder is connected
public record LiveKitRoom(String name, int people, boolean recorded) {}
