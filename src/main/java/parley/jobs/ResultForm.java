package parley.jobs;

import java.util.Optional;
import java.util.function.Function;
import parley.auth.Caller;

/// A format besides JSON in which a job's result is available.
@FunctionalInterface
public interface ResultForm {
  /// Formats a result.
  ///
  /// @param result the job's result, as JSON of its kind
  String of(Reading reading, String result);

  /// One request for a result.
  ///
  /// @param caller who reads it
  /// @param job which is completed
  /// @param parameters the request's query by name
  record Reading(Caller caller, Job job, Function<String, Optional<String>> parameters) {}
}
