package parley.jobs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.storage.Sha256;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// One piece of work.
///
/// @param request what the work needs to know, as JSON of its kind
/// @param input the stored content it works on, if any; gone when the job has ended
/// @param attempt how often it was begun
/// @param crashes how many attempts were cut off without an end
public record Job(
    JobId id,
    TenantId tenant,
    UserId user,
    String kind,
    String request,
    @Nullable Sha256 input,
    int attempt,
    int crashes,
    Instant createdAt,
    JobState state) {}
