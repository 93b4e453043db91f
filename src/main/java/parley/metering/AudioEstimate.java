package parley.metering;

import java.time.Duration;

/// The estimated audio of a recording, to be reserved from a tenant's budget.
///
/// @param declared whether the file declares this duration; a guess reserves at most what is left
public record AudioEstimate(Duration audio, boolean declared) {}
