package parley.jobs;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import parley.auth.Caller;

/// How jobs of one kind run, and how their results are shown.
public interface JobKind {
  /// The stable name under which its jobs are stored.
  String name();

  /// Does the work and returns its result as JSON.
  ///
  /// A Problem fails the job for good, with its code. A Problem with `retryAfter` postpones a
  /// background job instead. Any other exception makes the job run once more. A job also runs again
  /// after its node died, so whatever `run` does besides returning a result must bear being done
  /// twice.
  String run(Job job, JobProgress progress) throws IOException;

  /// Called in the transaction that completes the job, and so exactly once however often the job
  /// ran.
  default void completed(Handle transaction, Job job, String result, Instant now) {}

  /// The fields of a result as the API shows them.
  ///
  /// @param caller who reads it, which is the job's user
  /// @param detailed whether to show what is long and rarely wanted, such as the times of words
  Map<String, Object> view(Caller caller, String result, boolean detailed);

  /// The formats of a result besides JSON, by media type, the preferred one first.
  Map<String, ResultForm> forms();
}
