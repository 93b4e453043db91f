package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.speech.relay.FaultyPeer;
import parley.speech.relay.FaultyPeer.Way;
import parley.testing.Eventually;
import parley.testing.SettableClock;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

/// Jobs that were queued under another policy of their tenant.
@Tag("server")
class PolicyChangeTest {
  private static final String JOBS = "/v1/modules/scaiecho/transcribe/jobs/";
  private static final String POLICY = "/v1/modules/scaiecho/tenant-policy";
  private static final Path RECORDING = Path.of("examples/jfk.flac");

  private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
  private final FaultyPeer relay = new FaultyPeer(Way.IS_BUSY_FOR_A_MINUTE, Way.ANSWERS);

  /// Has no models of its own, and a relay that answers a minute later.
  private final TestServer relaying =
      TestServer.start(
          Map.of("server.roles", "api,worker", "relay.base_url", relay.baseUrl().toString()),
          clock);

  @AfterEach
  void close() {
    relaying.close();
    relay.close();
  }

  @Test
  void keepsNoRecordingOfAJobThatWasQueuedBeforeThePolicyForbadeIt() throws Exception {
    TestCaller alice = relaying.newTenant();
    Answer job =
        queuedBetween(alice, "{\"retain_audio\": true}", "{\"retain_audio\": false}", "completed");

    assertThat(job.at("/data/retained_media_id")).isNull();
    assertThat(alice.get("/v1/media").json().at("/data")).isEmpty();
    Eventually.holds("no recording is kept", () -> relaying.storedFiles().isEmpty());
  }

  @Test
  void asksNoBackendThatThePolicyHasExcludedSinceTheJobWasQueued() throws Exception {
    Answer job =
        queuedBetween(
            relaying.newTenant(),
            "{\"allowed_backends\": \"B\"}",
            "{\"allowed_backends\": \"A\"}",
            "failed");

    assertThat(job.at("/data/error/code")).isEqualTo("BACKEND_NOT_ALLOWED");
    assertThat(relay.requests()).hasSize(1);
  }

  /// Queues a job under one policy and has it tried again under another one; returns it with the
  /// status that it must reach.
  private Answer queuedBetween(TestCaller caller, String before, String after, String status)
      throws Exception {
    caller.send("PUT", POLICY, before);
    TestForm form = new TestForm().field("force_async", "true").file(RECORDING);
    Answer queued = caller.post("/v1/modules/scaiecho/transcribe", form);
    assertThat(queued.status()).isEqualTo(202);
    String job = JOBS + queued.at("/data/job_id");
    Eventually.holds("it was tried", () -> relay.requests().size() == 1);
    Eventually.holds("it waits", () -> "queued".equals(caller.get(job).at("/data/status")));

    caller.send("PUT", POLICY, after);
    clock.move(Duration.ofSeconds(61));
    Eventually.holds("it is over", () -> status.equals(caller.get(job).at("/data/status")));
    return caller.get(job);
  }
}
