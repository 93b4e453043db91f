package parley.calls;

import java.time.Duration;

/// How long things may take in a call.
///
/// @param ringing until it is missed
/// @param connecting from a token to the connection made with it
/// @param reconnecting from a lost connection to the next
/// @param silence of LiveKit's, until a call is given up
public record CallTimes(
    Duration ringing, Duration connecting, Duration reconnecting, Duration silence) {}
