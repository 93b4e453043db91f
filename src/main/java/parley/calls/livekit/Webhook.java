package parley.calls.livekit;

/// What LiveKit tells of its own accord.
///
/// @param id the same however often it is sent
/// @param event as in `participant_joined`
/// @param room the name of the room it is about; empty when it is about none
public record Webhook(String id, String event, String room) {}
