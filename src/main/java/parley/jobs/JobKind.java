package parley.jobs;

import java.io.IOException;

/// How one kind of job is worked on.
public interface JobKind {
  /// The stable name under which its jobs are kept.
  String name();

  /// Does the work and returns its result as JSON. A Problem fails the job for good, with its code;
  /// anything else thrown makes it run again once. It may also run again after it was cut off, so
  /// what it does outside its result must bear that.
  String run(Job job, JobProgress progress) throws IOException;
}
