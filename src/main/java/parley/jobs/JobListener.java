package parley.jobs;

import org.jdbi.v3.core.Handle;

/// Hears of each change of a job's state.
@FunctionalInterface
public interface JobListener {
  /// Called in the transaction that changes the state.
  ///
  /// @param status as the API names it
  /// @param progress 0 to 1
  void changed(Handle transaction, Job job, String status, double progress);
}
