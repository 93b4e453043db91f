package parley.jobs;

/// Receives the progress of a running job.
@FunctionalInterface
public interface JobProgress {
  /// Reports the fraction done.
  ///
  /// @param share 0 to 1
  /// @throws JobStopped if the job was cancelled or taken over by another worker; the work must end
  void reached(double share);

  /// Publishes a finished part of the result, for [Jobs#parts]. A job that runs again must publish
  /// the same parts again.
  ///
  /// @param part as JSON
  /// @throws JobStopped like [#reached]
  default void publish(String part) {}
}
