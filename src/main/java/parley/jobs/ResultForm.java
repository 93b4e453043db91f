package parley.jobs;

/// A form besides JSON in which a job's result can be had.
@FunctionalInterface
public interface ResultForm {
  /// Writes it.
  ///
  /// @param result what the job left behind, as JSON of its kind
  String of(String result);
}
