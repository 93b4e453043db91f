package parley.speech;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.testing.Eventually;
import parley.testing.TestCaller;

/// Waiting for jobs.
final class TestJobs {
  private static final Set<String> ENDED = Set.of("completed", "failed", "cancelled");

  private TestJobs() {}

  /// Waits until the job has ended and gives its id back.
  static String ended(TestCaller caller, @Nullable String job) throws Exception {
    Eventually.holds(job + " has ended", () -> ENDED.contains(status(caller, job)));
    return String.valueOf(job);
  }

  static String status(TestCaller caller, @Nullable String job) {
    return String.valueOf(caller.get("/v1/jobs/" + job).at("/data/status"));
  }
}
