package parley.jobs;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// How one kind of job is worked on, and how its result is shown.
public interface JobKind {
  /// The stable name under which its jobs are kept.
  String name();

  /// Does the work and returns its result as JSON. A Problem fails the job for good, with its code,
  /// unless it says when to come back and nobody waits: then the job is tried again. Anything else
  /// thrown makes it run again once. It may also run again after it was cut off, so what it does
  /// outside its result must bear that.
  String run(Job job, JobProgress progress) throws IOException;

  /// What a completed job brings with it, written within the transaction that completes it: so it
  /// happens exactly once, however often the job was run.
  default void completed(Handle transaction, Job job, String result, Instant now) {}

  /// The fields of a result as the API shows them.
  ///
  /// @param detailed whether to show also what is long and seldom wanted, as the times of words
  Map<String, Object> view(String result, boolean detailed);

  /// The further forms in which a result can be had, by media type; the first of several is the
  /// preferred one.
  Map<String, ResultForm> forms();
}
