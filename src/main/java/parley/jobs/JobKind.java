package parley.jobs;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import parley.auth.Caller;

/// How jobs of one kind run, and how their results are shown.
public interface JobKind {
  /// The kind of a job.
  ///
  /// @param kinds by their names
  static JobKind of(Job job, Map<String, JobKind> kinds) {
    JobKind kind = kinds.get(job.kind());
    if (kind == null) {
      throw new IllegalStateException("unknown kind of job: " + job.kind());
    }
    return kind;
  }

  /// The stable name under which its jobs are stored.
  String name();

  /// Does the work and returns its result as JSON.
  ///
  /// A Problem fails the job permanently, with its code, except that one with `retryAfter`
  /// postpones a background job. After any other exception the job runs again, as it does after its
  /// node died, so all side effects of `run` must be idempotent.
  String run(Job job, JobProgress progress) throws IOException;

  /// Called in the transaction that completes the job, hence exactly once however often the job
  /// ran.
  default void completed(Handle transaction, Job job, String result, Instant now) {}

  /// Returns what the API shows of a job in any state besides the state itself, such as what it
  /// works on.
  Map<String, Object> describe(Job job);

  /// Returns the fields of a result as the API shows them.
  ///
  /// @param caller who reads it, the user whose job it is
  /// @param detailed whether to include what is long and rarely wanted, such as word times
  Map<String, Object> view(Caller caller, Job job, String result, boolean detailed);

  /// Returns the formats of a result besides JSON by media type, the preferred one first.
  Map<String, ResultForm> forms();
}
