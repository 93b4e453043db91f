package parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.speech.Recordings;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestS3;
import parley.testing.TestS3.Bucket;
import parley.testing.TestServer;

/// Two nodes that share the work: one answers, the other works.
@Tag("server")
class RolesTest {
  private static final Path RECORDING = Recordings.recording("jfk-3s.flac");

  @Test
  void oneNodeAnswersAndAnotherWorks() throws Exception {
    TestServer relay = TestServer.shared();
    Bucket bucket = TestS3.shared().newBucket();
    try (TestServer front = TestServer.onS3(Map.of("server.roles", "api"), bucket)) {
      TestCaller alice = front.newTenant();
      String queued =
          alice.post("/v1/transcribe", new TestForm().file(RECORDING)).at("/data/job_id");

      Map<String, String> settings = new HashMap<>(bucket.settings());
      settings.put("server.roles", "worker");
      settings.put("relay.base_url", relay.uri("/v1").toString());
      settings.put("relay.key", relay.newTenant().token());
      try (TestServer worker = TestServer.beside(front, settings)) {
        Answer waitedFor =
            alice.post("/v1/modules/scaiecho/transcribe", new TestForm().file(RECORDING));
        assertThat(waitedFor.status()).isEqualTo(200);
        assertThat(waitedFor.at("/data/transcript")).contains("fellow Americans");
        Eventually.holds(
            "the job that waited for a worker is done",
            () -> "completed".equals(alice.get("/v1/jobs/" + queued).at("/data/status")));

        TestCaller there = worker.here(alice);
        assertThat(there.get("/v1/jobs").status()).isEqualTo(404);
        assertThat(there.get("/readyz").at("/status")).isEqualTo("ready");
      }
    }
  }
}
