package parley.jobs;

/// Where a running job reports its progress.
@FunctionalInterface
public interface JobProgress {
  /// Reports the share that is done.
  ///
  /// @param share 0 to 1
  /// @throws JobStopped when the job was cancelled or another worker has it; the work is to end
  ///   then
  void reached(double share);
}
