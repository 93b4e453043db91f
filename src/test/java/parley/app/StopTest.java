package parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.speech.Recordings;
import parley.testing.Eventually;
import parley.testing.RealServer;
import parley.testing.TestCaller;
import parley.testing.TestForm;

/// Stopping the real process while it recognises speech.
@Tag("slow")
class StopTest {
  /// The first of them is worked on long enough for a stop amid it.
  private static final List<Path> RECORDINGS =
      List.of(
          Path.of("examples/jfk.flac"),
          Recordings.recording("jfk-3s.flac"),
          Recordings.recording("jfk-3s.flac"));

  private static final String[] SETTINGS = {
    "PARLEY_SERVER_DRAIN_SECONDS=0", "PARLEY_SERVER_ROLES=api,worker,speech"
  };

  @TempDir Path folder;

  @Test
  void stopsInOrderAmidRecognitionAndGoesOnAtTheNextStart() throws Exception {
    Path data = folder.resolve("data");
    List<String> jobs = new ArrayList<>();
    String key;
    try (RealServer server = RealServer.start(data, SETTINGS)) {
      key = String.valueOf(server.key());
      TestCaller caller = server.caller(key);
      for (Path recording : RECORDINGS) {
        String job =
            caller.post("/v1/transcribe", new TestForm().file(recording)).at("/data/job_id");
        jobs.add("/v1/jobs/" + job);
      }
      Eventually.holds(
          "one is worked on",
          () ->
              jobs.stream().anyMatch(job -> "running".equals(caller.get(job).at("/data/status"))));

      assertThat(server.terminate()).as("what a program ends with after SIGTERM").isEqualTo(143);
      assertThat(folder.resolve("stderr.log"))
          .content()
          .doesNotContain("SIGSEGV")
          .doesNotContain("Unhandled")
          .doesNotContain("ERROR");
      assertThat(data.resolve("postgresql/postmaster.pid"))
          .as("PostgreSQL was stopped in order")
          .doesNotExist();
    }

    try (RealServer server = RealServer.start(data, SETTINGS)) {
      TestCaller caller = server.caller(key);
      for (String job : jobs) {
        Eventually.holds(job, () -> "completed".equals(caller.get(job).at("/data/status")));
      }
    }
  }
}
