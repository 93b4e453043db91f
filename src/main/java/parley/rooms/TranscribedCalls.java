package parley.rooms;

import java.util.Optional;
import org.jdbi.v3.core.Handle;
import parley.jobs.JobId;
import parley.tenants.TenantId;

/// Tells which transcripts are of calls.
@FunctionalInterface
public interface TranscribedCalls {
  /// The id of the call whose recording the job transcribes; empty for any other job.
  Optional<String> callOf(Handle transaction, TenantId tenant, JobId job);
}
