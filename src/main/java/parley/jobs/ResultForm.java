package parley.jobs;

/// A format besides JSON in which a job's result is available.
@FunctionalInterface
public interface ResultForm {
  /// Formats a result.
  ///
  /// @param result the job's result, as JSON of its kind
  String of(String result);
}
