package parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.testing.TestCaller.Answer;

/// Queues transcriptions and waits for jobs.
public final class TestJobs {
  private static final Set<String> ENDED = Set.of("completed", "failed", "cancelled");

  private TestJobs() {}

  /// Queues the transcription of a recording and returns the job's id.
  public static String queue(TestCaller caller, Path recording) {
    return queue(caller, new TestForm().file(recording));
  }

  public static String queue(TestCaller caller, TestForm form) {
    Answer queued = caller.post("/v1/transcribe", form);
    assertThat(queued.status()).as(queued.text()).isEqualTo(202);
    return String.valueOf(queued.at("/data/job_id"));
  }

  /// Waits until the job has ended and returns its id.
  public static String ended(TestCaller caller, @Nullable String job) throws Exception {
    Eventually.holds(job + " has ended", () -> ENDED.contains(status(caller, job)));
    return String.valueOf(job);
  }

  public static String status(TestCaller caller, @Nullable String job) {
    return String.valueOf(caller.get("/v1/jobs/" + job).at("/data/status"));
  }
}
