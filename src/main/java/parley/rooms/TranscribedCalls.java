package parley.rooms;

import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.jobs.JobId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Tells which transcripts belong to calls.
@FunctionalInterface
public interface TranscribedCalls {
  /// The source of a transcript.
  ///
  /// @param call the id of the call
  /// @param participant the only participant recorded; null if it is the whole call
  record Source(String call, @Nullable UserId participant) {}

  /// Returns the call whose recording the job transcribes; empty for any other job.
  Optional<Source> sourceOf(Handle transaction, TenantId tenant, JobId job);
}
