package parley.rooms;

import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.jobs.JobId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Tells which transcripts are of calls.
@FunctionalInterface
public interface TranscribedCalls {
  /// What a transcript is of.
  ///
  /// @param call the id of the call
  /// @param participant who alone was recorded; null when everybody was
  record Source(String call, @Nullable UserId participant) {}

  /// The call whose recording the job transcribes; empty for any other job.
  Optional<Source> sourceOf(Handle transaction, TenantId tenant, JobId job);
}
