package parley.calls;

import java.time.Duration;

/// How long a call waits.
///
/// @param ringing for an answer, until it is missed
/// @param connecting for the connection, from the token on
/// @param reconnecting for the next connection, from the loss of one on
/// @param silence for LiveKit to answer again, until the call is given up
public record CallTimeouts(
    Duration ringing, Duration connecting, Duration reconnecting, Duration silence) {}
