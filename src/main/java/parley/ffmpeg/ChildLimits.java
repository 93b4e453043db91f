package parley.ffmpeg;

import java.time.Duration;

/// Resource limits of one child process.
///
/// @param processorTime in total
/// @param patience the maximum time to wait for its next output
/// @param memoryBytes of address space
/// @param fileBytes the maximum size of each file that it writes
public record ChildLimits(
    Duration processorTime, Duration patience, long memoryBytes, long fileBytes) {}
