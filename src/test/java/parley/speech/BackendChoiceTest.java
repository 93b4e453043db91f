package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.speech.decoding.AudioDecoder;
import parley.speech.relay.FaultyPeer;
import parley.speech.relay.FaultyPeer.Way;
import parley.testing.Eventually;
import parley.testing.SettableClock;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestDecoder;
import parley.testing.TestForm;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

@Tag("server")
class BackendChoiceTest {
  private static final Path RECORDING = Path.of("examples/jfk.flac");
  private static final Path SENTENCE = Recordings.recording("jfk-3s.flac");
  private static final String TRANSCRIBE = "/v1/modules/scaiecho/transcribe";
  private static final String POLICY = "/v1/modules/scaiecho/tenant-policy";
  private static final String SPOKEN = "(?i)And so,? my fellow Americans.*for your country\\.";

  @TempDir static Path folder;

  private static TestServer recognising = TestServer.shared();
  private static TestServer relaying = recognising;

  /// A server without models of its own whose relay is the shared server.
  @BeforeAll
  static void relayToAnotherParley() {
    relaying =
        TestServer.start(
            Map.of(
                "server.roles", "api,worker",
                "relay.base_url", recognising.uri("/v1").toString(),
                "relay.key", recognising.newTenant().token()));
  }

  @AfterAll
  static void close() {
    relaying.close();
  }

  @Test
  void relaysToAnotherParley() {
    TestCaller alice = relaying.newTenant();
    Answer answer = transcribe(alice, RECORDING, "any");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.at("/data/backend_used")).isEqualTo("B");
    assertThat(answer.at("/data/transcript")).matches(SPOKEN);
    assertThat(answer.at("/data/language_detected")).isEqualTo("en");
    assertThat(answer.at("/data/audio_duration_ms")).isEqualTo("11000");
    assertThat(answer.at("/data/segments/0/text")).isNotEmpty();
    Answer job = alice.get("/v1/jobs/" + answer.at("/data/job_id") + "?words=true");
    assertThat(job.at("/data/segments/0/words/0/text")).isEqualTo("And");
    assertThat(job.at("/data/model")).isEqualTo("whisper-1");
    assertThat(relaying.stranger().get("/readyz").at("/checks/speech")).isEqualTo("relayed");
  }

  @Test
  void tellsHowCertainTheRelayIs() {
    Answer answer =
        relaying
            .newTenant()
            .post(
                "/v1/audio/transcriptions",
                new TestForm().file(SENTENCE).field("response_format", "verbose_json"));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode segment = answer.json().at("/segments/0");
    assertThat(segment.get("avg_logprob").asDouble(9)).isBetween(-1.0, -0.001);
    assertThat(segment.get("no_speech_prob").asDouble(9)).isBetween(0.0, 0.6);
  }

  @Test
  void distinguishesNoSpeakersWithoutModelsOfItsOwn() {
    Answer answer =
        relaying
            .newTenant()
            .post(TRANSCRIBE, new TestForm().file(RECORDING).field("diarize", "true"));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.at("/error/code")).isEqualTo("BACKEND_UNAVAILABLE");
  }

  @Test
  void asksTheRelayWhileTheDecoderIsOutOfOrder() throws Exception {
    TestDecoder decoder = new TestDecoder(folder.resolve("decoder"));
    Map<String, String> settings = new HashMap<>(decoder.settings());
    try (FaultyPeer peer = new FaultyPeer(Way.ANSWERS)) {
      settings.put("relay.base_url", peer.baseUrl().toString());
      try (TestServer own = TestServer.start(settings)) {
        decoder.become("exit 1");
        TestCaller alice = own.newTenant();
        for (String preference : List.of("any", "prefer_self_hosted")) {
          Answer answer = transcribe(alice, preference);
          assertThat(answer.status()).as(answer.text()).isEqualTo(200);
          assertThat(answer.at("/data/backend_used")).isEqualTo("B");
          assertThat(answer.at("/data/transcript")).isEqualTo("Guten Tag. Hallo.");
        }
        assertThat(peer.requests()).hasSize(2);
      }
    }
  }

  @Test
  void makesAPolicyOnFirstUse() {
    Answer relayed = relaying.newTenant().get(POLICY);
    assertThat(relayed.status()).isEqualTo(200);
    assertThat(relayed.at("/data/allowed_backends")).isEqualTo("AB");
    assertThat(relayed.at("/data/default_backend")).isEqualTo("B");
    assertThat(relayed.at("/data/retain_audio")).isEqualTo("false");

    assertThat(recognising.newTenant().get(POLICY).at("/data/default_backend")).isEqualTo("A");
  }

  @Test
  void refusesABackendThatThePolicyExcludes() {
    TestCaller alice = recognising.newTenant();
    alice.send("PUT", POLICY, "{\"allowed_backends\": \"A\", \"default_backend\": \"A\"}");

    Answer refused = transcribe(alice, "prefer_relay");

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.at("/error/code")).isEqualTo("BACKEND_NOT_ALLOWED");
    assertThat(transcribe(alice, "prefer_self_hosted").at("/data/backend_used")).isEqualTo("A");
    assertThat(transcribe(alice, "best").status()).isEqualTo(422);
  }

  @Test
  void saysSoWhenTheOnlyAllowedBackendIsNotThere() {
    TestCaller alice = relaying.newTenant();
    alice.send("PUT", POLICY, "{\"allowed_backends\": \"A\", \"default_backend\": \"A\"}");

    Answer refused = transcribe(alice, "any");

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.at("/error/code")).isEqualTo("BACKEND_UNAVAILABLE");
  }

  @Test
  void takesTheOtherBackendWhenThePreferredOneIsNotThere() {
    assertThat(transcribe(recognising.newTenant(), "prefer_relay").at("/data/backend_used"))
        .isEqualTo("A");
    assertThat(transcribe(relaying.newTenant(), "prefer_self_hosted").at("/data/backend_used"))
        .isEqualTo("B");
  }

  @Test
  void fallsOverToItsOwnRecogniserWhenTheRelayFails() {
    try (FaultyPeer peer = new FaultyPeer(Way.REFUSES_THE_KEY);
        TestServer both = TestServer.start(Map.of("relay.base_url", peer.baseUrl().toString()))) {
      TestCaller alice = both.newTenant();

      Answer answer = transcribe(alice, "any");

      assertThat(answer.at("/data/backend_used")).isEqualTo("A");
      assertThat(answer.at("/data/transcript")).contains("my fellow Americans");
      assertThat(peer.requests()).hasSize(1);
      transcribe(alice, "prefer_self_hosted");
      assertThat(peer.requests()).as("not asked without need").hasSize(1);
    }
  }

  @Test
  void tellsWhyARelayWithoutAlternativeFailed() throws Exception {
    try (FaultyPeer peer = new FaultyPeer(Way.FAILS, Way.NEVER_ANSWERS, Way.IS_BUSY);
        TestServer own =
            TestServer.start(
                Map.of(
                    "server.roles", "api,worker",
                    "relay.base_url", peer.baseUrl().toString(),
                    "relay.attempts", "1",
                    "relay.answer_timeout_seconds", "1"))) {
      TestCaller alice = own.newTenant();

      Answer failed = transcribe(alice, "any");
      assertThat(failed.status()).isEqualTo(502);
      assertThat(failed.at("/error/code")).isEqualTo("BACKEND_ERROR");
      Answer slow = transcribe(alice, "any");
      assertThat(slow.status()).isEqualTo(504);
      assertThat(slow.at("/error/code")).isEqualTo("BACKEND_TIMEOUT");
      assertThat(transcribe(alice, "any").status()).isEqualTo(503);
      Eventually.holds("no recording is kept", () -> own.storedFiles().isEmpty());
    }
  }

  @Test
  void tellsAndMetersTheRecordingsOwnLengthWhateverTheRelaySays() {
    try (FaultyPeer peer =
            new FaultyPeer(Way.ANSWERS_IMPOSSIBLE_TIMES, Way.ANSWERS_WITHOUT_TIMES, Way.ANSWERS);
        TestServer own =
            TestServer.start(
                Map.of(
                    "server.roles", "api,worker", "relay.base_url", peer.baseUrl().toString()))) {
      TestCaller alice = own.newTenant();

      for (int i = 0; i < 3; i++) {
        Answer answer = transcribe(alice, RECORDING, "any");
        assertThat(answer.at("/data/audio_duration_ms")).isEqualTo("11000");
        answer
            .json()
            .at("/data/segments")
            .forEach(segment -> {
              assertThat(segment.get("start").asDouble()).isBetween(0.0, 11.0);
              assertThat(segment.get("end").asDouble())
                  .isBetween(segment.get("start").asDouble(), 11.0);
            });
      }

      assertThat(alice.get("/v1/admin/usage").at("/data/0/audio_seconds")).isEqualTo("33.0");
    }
  }

  @Test
  void sendsTheRelaySeveralRecordingsInOneFileAsOne() throws Exception {
    byte[] one = Recordings.converted(SENTENCE, "-c:a", "pcm_s16be", "-f", "caf");
    byte[] both = Arrays.copyOf(one, 2 * one.length);
    System.arraycopy(one, 0, both, one.length, one.length);
    try (FaultyPeer peer = new FaultyPeer(Way.ANSWERS_WITHOUT_TIMES);
        TestServer own =
            TestServer.start(
                Map.of(
                    "server.roles", "api,worker", "relay.base_url", peer.baseUrl().toString()))) {
      Answer answer =
          own.newTenant().post(TRANSCRIBE, new TestForm().file("file", "both.caf", both));

      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.at("/data/audio_duration_ms")).isEqualTo("6000");
      assertThat(peer.requests().getLast())
          .containsOnlyOnce("RIFF")
          .doesNotContain("caff")
          .hasSizeGreaterThan(6 * AudioDecoder.SAMPLE_RATE * Short.BYTES);
    }
  }

  @Test
  void letsJobsInTheBackgroundWaitForARelayThatIsAway() throws Exception {
    SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
    try (FaultyPeer peer = new FaultyPeer(Way.IS_BUSY_FOR_A_MINUTE, Way.ANSWERS);
        TestServer own =
            TestServer.start(
                Map.of("server.roles", "api,worker", "relay.base_url", peer.baseUrl().toString()),
                clock)) {
      TestCaller alice = own.newTenant();
      String waiting = background(alice);
      Eventually.holds("it was tried", () -> peer.requests().size() == 1);
      Eventually.holds("it waits", () -> status(alice, waiting).equals("queued"));

      // Another one meanwhile is not held up, and does not take the turn of the first.
      String next = background(alice);
      Eventually.holds("the next is done", () -> status(alice, next).equals("completed"));
      assertThat(status(alice, waiting)).isEqualTo("queued");

      // As if the server had been killed before it moved the turn.
      own.execute("update scheduled_tasks set execution_time = '2026-03-01T10:00:00Z'");
      String third = background(alice);
      Eventually.holds("a third is done", () -> status(alice, third).equals("completed"));
      Eventually.holds(
          "the turn waits like its job",
          () ->
              own.count("from scheduled_tasks where execution_time > '2026-03-01T10:00:30Z'") == 1);

      clock.move(Duration.ofSeconds(61));
      Eventually.holds("the first is done", () -> status(alice, waiting).equals("completed"));
      assertThat(alice.get("/v1/admin/usage").at("/data/0/calls")).isEqualTo("3");
    }
  }

  @Test
  void failsJobsForWhichARelayIsAwayTooLong() throws Exception {
    try (FaultyPeer peer = new FaultyPeer(Way.IS_BUSY_FOR_A_MINUTE);
        TestServer own =
            TestServer.start(
                Map.of(
                    "server.roles", "api,worker",
                    "jobs.patience_seconds", "30",
                    "relay.base_url", peer.baseUrl().toString()))) {
      TestCaller alice = own.newTenant();
      String job = background(alice);

      Eventually.holds("it failed", () -> status(alice, job).equals("failed"));
      assertThat(alice.get(job).at("/data/error/code")).isEqualTo("BACKEND_UNAVAILABLE");
      Eventually.holds("no recording is kept", () -> own.storedFiles().isEmpty());
    }
  }

  private static String background(TestCaller caller) {
    Answer queued =
        caller.post(TRANSCRIBE, new TestForm().field("force_async", "true").file(RECORDING));
    assertThat(queued.status()).isEqualTo(202);
    return "/v1/modules/scaiecho/transcribe/jobs/" + queued.at("/data/job_id");
  }

  private static String status(TestCaller caller, String job) {
    return String.valueOf(caller.get(job).at("/data/status"));
  }

  @Test
  void tellsWhenToComeBackToABusyRelay() {
    try (FaultyPeer peer = new FaultyPeer(Way.IS_BUSY_FOR_A_MINUTE);
        TestServer own =
            TestServer.start(
                Map.of(
                    "server.roles", "api,worker", "relay.base_url", peer.baseUrl().toString()))) {
      TestCaller alice = own.newTenant();

      Answer busy = transcribe(alice, "any");
      assertThat(busy.status()).isEqualTo(503);
      assertThat(busy.at("/error/code")).isEqualTo("BACKEND_UNAVAILABLE");
      assertThat(busy.at("/error/retry_after")).isEqualTo("60");
      assertThat(busy.header("Retry-After")).isEqualTo("60");
      Answer openAi = alice.post("/v1/audio/transcriptions", new TestForm().file(RECORDING));
      assertThat(openAi.status()).isEqualTo(503);
      assertThat(openAi.header("Retry-After")).isEqualTo("60");
    }
  }

  @Test
  void keepsRecordingsAsMediaOfTheirUserOnlyWhereThePolicySaysSo() throws Exception {
    TestCaller alice = recognising.newTenant();
    assertThat(transcribe(alice, "any").at("/data/retained_media_id")).isNull();
    alice.send("PUT", POLICY, "{\"retain_audio\": true}");

    String media = transcribe(alice, "any").at("/data/retained_media_id");

    assertThat(media).startsWith("med-");
    Answer info = alice.get("/v1/media/" + media + "/info");
    assertThat(info.at("/data/filename")).isEqualTo("jfk-3s.flac");
    assertThat(info.at("/data/mime_type")).isEqualTo("audio/flac");
    assertThat(info.at("/data/size")).isEqualTo("" + Files.size(SENTENCE));
    assertThat(alice.get("/v1/media/download/" + media).bytes())
        .isEqualTo(Files.readAllBytes(SENTENCE));
    assertThat(alice.colleague().get("/v1/media/" + media + "/info").status()).isEqualTo(404);
  }

  private static Answer transcribe(TestCaller caller, String preference) {
    return transcribe(caller, SENTENCE, preference);
  }

  private static Answer transcribe(TestCaller caller, Path recording, String preference) {
    return caller.post(
        TRANSCRIBE, new TestForm().field("backend_preference", preference).file(recording));
  }
}
