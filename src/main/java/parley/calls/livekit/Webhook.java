package parley.calls.livekit;

import java.util.Optional;

/// A webhook of LiveKit's.
///
/// @param id the same for each time that it is sent
/// @param event as in `participant_joined`
/// @param room the name of the room it is about; empty when it is about none
/// @param egress the recording it is about, if it is about one
public record Webhook(String id, String event, String room, Optional<EgressInfo> egress) {}
