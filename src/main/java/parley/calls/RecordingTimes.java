package parley.calls;

import java.time.Duration;

/// How long things may take in a recording.
///
/// @param beginning from asking egress until it is in the call, and for how long after the end of a
///   recording LiveKit may know nothing of it
/// @param reconnecting from the moment at which egress was last seen in the call, until it counts
///   as gone
/// @param finishing from the end of the recording until its file is in its place
public record RecordingTimes(Duration beginning, Duration reconnecting, Duration finishing) {}
