package parley.calls.livekit;

import java.util.Optional;

/// What LiveKit tells of its own accord.
///
/// @param id the same however often it is sent
/// @param event as in `participant_joined`
/// @param room the name of the room it is about; empty when it is about none
/// @param egress the recording it is about, if it is about one
public record Webhook(String id, String event, String room, Optional<EgressInfo> egress) {}
