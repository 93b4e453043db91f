package parley.calls;

import java.time.Duration;

/// The timeouts of a recording.
///
/// @param beginning until egress joins the call; after the end, until LiveKit knows about it
/// @param reconnecting from when egress was last seen in the call until it returns
/// @param finishing from the end of the recording until the file is delivered
/// @param adopting from when a recording is given up until its file is not looked for any more
public record RecordingTimeouts(
    Duration beginning, Duration reconnecting, Duration finishing, Duration adopting) {}
