package parley.metering;

import java.time.Duration;

/// How much of a tenant's budget a recording will take.
///
/// @param audio how long it is
/// @param announced whether the recording says so itself; what is only guessed takes no more than
///   what is left
public record AudioEstimate(Duration audio, boolean announced) {}
