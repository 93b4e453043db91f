package parley.jobs;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.storage.Sha256;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// A unit of background work.
///
/// @param request parameters, as JSON of its kind
/// @param input the stored content it works on, if any; released when the job ends
/// @param attachments further stored contents it needs; released when the job ends
/// @param attempt how often it has been started
/// @param crashes how many attempts ended without an outcome
public record Job(
    JobId id,
    TenantId tenant,
    UserId user,
    String kind,
    String request,
    @Nullable Sha256 input,
    List<Sha256> attachments,
    int attempt,
    int crashes,
    Instant createdAt,
    JobState state) {
  public Job {
    attachments = List.copyOf(attachments);
  }
}
