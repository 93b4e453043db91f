package parley.ffmpeg;

import java.time.Duration;

/// What one child process may cost.
///
/// @param processorTime in all
/// @param patience the longest single wait for it
/// @param memoryBytes of address space
/// @param fileBytes of each file it writes
public record ChildLimits(
    Duration processorTime, Duration patience, long memoryBytes, long fileBytes) {}
