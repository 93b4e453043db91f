package parley.calls;

import java.time.Duration;

/// The timeouts of a call.
///
/// @param ringing from the start until it counts as missed
/// @param connecting from issuing a token until the participant connects
/// @param reconnecting from losing a connection until the participant reconnects
/// @param silence of LiveKit, until the call fails
public record CallTimeouts(
    Duration ringing, Duration connecting, Duration reconnecting, Duration silence) {}
