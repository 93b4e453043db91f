package parley.jobs;

/// Where a running job tells how far it is.
@FunctionalInterface
public interface JobProgress {
  /// Tells that so much is done.
  ///
  /// @param share 0 to 1
  /// @throws JobStopped when the job was cancelled or taken from this worker; the work ends then
  void reached(double share);
}
