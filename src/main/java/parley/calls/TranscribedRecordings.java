package parley.calls;

import java.util.Optional;
import org.jdbi.v3.core.Handle;
import parley.jobs.JobId;
import parley.rooms.TranscribedCalls;
import parley.tenants.TenantId;

/// Finds the call that a transcript belongs to, by its recording.
public final class TranscribedRecordings implements TranscribedCalls {

  @Override
  public Optional<Source> sourceOf(Handle transaction, TenantId tenant, JobId job) {
    return RecordingTable.transcribedBy(transaction, tenant, job)
        .map(recording -> new Source(recording.call().toString(), recording.participant()));
  }
}
