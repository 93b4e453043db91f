package parley.jobs;

import parley.auth.Caller;

/// A format besides JSON in which a job's result is available.
@FunctionalInterface
public interface ResultForm {
  /// Formats a result.
  ///
  /// @param caller who reads it
  /// @param job which is completed
  /// @param result the job's result, as JSON of its kind
  String of(Caller caller, Job job, String result);
}
