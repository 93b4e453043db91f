package parley.jobs;

/// A format besides JSON in which a job's result can be had.
@FunctionalInterface
public interface ResultForm {
  /// Formats it.
  ///
  /// @param result the job's result, as JSON of its kind
  String of(String result);
}
