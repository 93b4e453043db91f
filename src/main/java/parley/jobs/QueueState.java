package parley.jobs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How much work waits, of all tenants; as JSON of the admin API.
///
/// @param queued jobs that wait, also those that were postponed
/// @param running jobs that are being worked on, on any node
/// @param oldestQueuedAt null if none waits
public record QueueState(long queued, long running, @Nullable Instant oldestQueuedAt) {}
