package parley.calls;

import java.time.Duration;

/// How long a recording waits.
///
/// @param beginning for egress to join the call; and after the end, for LiveKit to know of it
/// @param reconnecting for egress to return, since it was last seen in the call
/// @param finishing for the file to be in its place, since the recording ended
public record RecordingTimeouts(Duration beginning, Duration reconnecting, Duration finishing) {}
