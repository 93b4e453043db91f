package parley.metering;

import java.time.Duration;

/// The estimated audio of a recording, for the reservation in a tenant's budget.
///
/// @param declared whether the file declares this duration; an estimate that it does not declare
///   reserves no more than what remains
public record AudioEstimate(Duration audio, boolean declared) {}
