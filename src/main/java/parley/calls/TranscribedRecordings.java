package parley.calls;

import java.util.Optional;
import org.jdbi.v3.core.Handle;
import parley.jobs.JobId;
import parley.tenants.TenantId;

/// Which calls transcripts are of.
public final class TranscribedRecordings {
  /// The call whose recording a job transcribes; empty for any other job.
  public Optional<CallId> callOf(Handle transaction, TenantId tenant, JobId job) {
    return transaction
        .createQuery(
            """
            select call_id from call_recordings
            where tenant_id = :tenant and transcript_job = :job
            """)
        .bind("tenant", tenant)
        .bind("job", job)
        .mapTo(CallId.class)
        .findOne();
  }
}
