package parley.calls.livekit;

import java.util.Optional;

/// A webhook from LiveKit.
///
/// @param id the same each time that it is sent
/// @param event such as `participant_joined`
/// @param room the name of the room concerned; empty if there is none
/// @param egress the recording concerned, if any
public record Webhook(String id, String event, String room, Optional<EgressInfo> egress) {}
