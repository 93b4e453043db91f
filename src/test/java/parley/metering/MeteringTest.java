package parley.metering;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.auth.Permission;
import parley.db.Database;
import parley.speech.Recordings;
import parley.speech.decoding.AudioDecoder;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

@Tag("server")
class MeteringTest {
  /// 3 seconds long.
  private static final Path RECORDING = Recordings.recording("jfk-3s.flac");

  private static final String TRANSCRIBE = "/v1/modules/scaiecho/transcribe";
  private static final String USAGE = "/v1/admin/usage";

  private static TestServer server = TestServer.shared();

  @BeforeAll
  static void startAServerThatCharges() {
    server = TestServer.start(Map.of("speech.cents_per_hour", "36"));
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @Test
  void metersEachTranscriptionOnceInEveryDialect() {
    TestCaller alice = server.newTenant();
    assertThat(alice.get(USAGE).json().get("data")).isEmpty();

    transcribe(alice);
    alice.post("/v1/audio/transcriptions", new TestForm().file(RECORDING));

    Answer usage = alice.get(USAGE);
    assertThat(usage.json().get("data")).hasSize(1);
    assertThat(usage.at("/data/0/calls")).isEqualTo("2");
    assertThat(usage.at("/data/0/audio_seconds")).isEqualTo("6.0");
    assertThat(usage.json().at("/data/0/latency_seconds").asDouble()).isPositive();
    // 6 s at 0.36 an hour
    assertThat(usage.json().at("/data/0/cost").asDouble()).isEqualTo(0.0006);
    assertThat(usage.at("/data/0/tenant")).isEqualTo(alice.tenant().name());
  }

  @Test
  void sumsByUserAndByDay() {
    TestCaller alice = server.newTenant();
    transcribe(alice);
    transcribe(alice);
    transcribe(alice.colleague());

    Answer byUser = alice.get(USAGE + "?by=user");
    assertThat(byUser.json().get("data")).hasSize(2);
    assertThat(byUser.at("/data/0/user")).isEqualTo("alice");
    assertThat(byUser.at("/data/0/calls")).isEqualTo("2");
    assertThat(byUser.at("/data/1/user")).isEqualTo("bob");
    Answer byDay = alice.get(USAGE + "?by=day");
    assertThat(byDay.json().get("data")).hasSize(1);
    String today = String.valueOf(byDay.at("/data/0/day"));
    assertThat(byDay.at("/data/0/calls")).isEqualTo("3");
    assertThat(alice.get(USAGE + "?from=" + today + "&to=" + today).at("/data/0/calls"))
        .isEqualTo("3");
    assertThat(alice.get(USAGE + "?to=2020-01-01&from=2019-01-01").json().get("data")).isEmpty();
    assertThat(alice.get(USAGE + "?by=colour").status()).isEqualTo(400);
    assertThat(alice.get(USAGE + "?from=yesterday").status()).isEqualTo(400);
  }

  @Test
  void showsAdministratorsTheirOwnTenantAndOperatorsAll() {
    TestCaller alice = server.newTenant();
    TestCaller other = server.newTenant();
    transcribe(alice);
    transcribe(other);
    String named = "?tenant_id=" + other.tenant().id();

    assertThat(alice.get(USAGE).json().findValuesAsString("tenant_id"))
        .containsExactly(alice.tenant().id().toString());
    assertThat(alice.get(USAGE + named).status()).isEqualTo(404);
    assertThat(alice.only(Permission.TRANSCRIBE).get(USAGE).status()).isEqualTo(403);
    TestCaller operator = alice.only(Permission.OPERATOR);
    assertThat(operator.get(USAGE).json().findValuesAsString("tenant_id"))
        .contains(alice.tenant().id().toString(), other.tenant().id().toString());
    assertThat(operator.get(USAGE + named).json().findValuesAsString("tenant_id"))
        .containsExactly(other.tenant().id().toString());
  }

  @Test
  void chargesNothingForFailedTranscriptions() {
    TestCaller alice = server.newTenant();

    assertThat(alice.post(TRANSCRIBE, new TestForm().file(Path.of("pom.xml"))).status())
        .isEqualTo(415);

    assertThat(alice.get(USAGE).json().get("data")).isEmpty();
  }

  @Test
  void refusesWorkBeyondTheBudgetBeforeItIsDone() {
    TestCaller alice = server.newTenant();
    budget(alice, "5");
    assertThat(transcribe(alice).status()).isEqualTo(200);

    Answer tooLong = transcribe(alice);
    assertThat(tooLong.status()).isEqualTo(402);
    assertThat(tooLong.at("/error/code")).isEqualTo("BUDGET_EXCEEDED");
    assertThat(alice.get(USAGE).at("/data/0/calls")).isEqualTo("1");

    budget(alice, "3");
    assertThat(alice.post("/v1/transcribe", new TestForm().file(RECORDING)).at("/error/code"))
        .isEqualTo("SW_BUDGET_EXCEEDED");
    Answer openAi = alice.post("/v1/audio/transcriptions", new TestForm().file(RECORDING));
    assertThat(openAi.status()).isEqualTo(402);
    assertThat(openAi.at("/error/code")).isEqualTo("insufficient_quota");

    budget(alice, "null");
    assertThat(transcribe(alice).status()).isEqualTo(200);
  }

  @Test
  void refusesARecordingThatIsLongerThanItSaysBeforeItIsTranscribed() throws Exception {
    TestCaller alice = server.newTenant();
    budget(alice, "5");
    byte[] once = Files.readAllBytes(RECORDING);
    byte[] twice = Arrays.copyOf(once, 2 * once.length);
    System.arraycopy(once, 0, twice, once.length, once.length);

    Answer tooLong = alice.post(TRANSCRIBE, new TestForm().file("file", "twice.flac", twice));

    assertThat(tooLong.status()).as(tooLong.text()).isEqualTo(402);
    assertThat(alice.get(USAGE).json().get("data")).isEmpty();
    assertThat(transcribe(alice).status()).isEqualTo(200);
  }

  @Test
  void sharesOneBudgetAmongConcurrentJobs() throws Exception {
    TestCaller alice = server.newTenant();
    budget(alice, "8");
    Callable<Answer> ask = () -> alice.post("/v1/transcribe", new TestForm().file(RECORDING));

    List<Integer> statuses = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Answer> answer : callers.invokeAll(Collections.nCopies(6, ask))) {
        statuses.add(answer.get().status());
      }
    }

    // Two recordings of 3 seconds fit.
    assertThat(statuses).containsOnly(202, 402);
    assertThat(Collections.frequency(statuses, 202)).isEqualTo(2);
    Eventually.holds("both are done", () -> "2".equals(alice.get(USAGE).at("/data/0/calls")));
    assertThat(transcribe(alice).status()).isEqualTo(402);
  }

  @Test
  void countsAJobThatEndsWhileTheBudgetIsRead() throws Exception {
    TestCaller alice = server.newTenant();
    budget(alice, "5");
    String metered = "from speech_calls where tenant_id = '" + alice.tenant().id().value() + "'";
    CompletableFuture<Optional<Duration>> left;
    AutoCloseable unended = server.hold("lock table speech_calls in share mode");
    try (Database database = server.openDatabase()) {
      assertThat(alice.post("/v1/transcribe", new TestForm().file(RECORDING)).status())
          .isEqualTo(202);
      try (AutoCloseable _ =
          server.hold("lock table speech_reservations in access exclusive mode")) {
        Meter meter = new Meter(database, Clock.systemUTC());
        left = CompletableFuture.supplyAsync(() -> meter.remaining(alice.tenant().id()));
        Eventually.holds(
            "it reads",
            () ->
                server.count(
                        "from pg_locks where relation = 'speech_reservations'::regclass and not granted")
                    > 0);
        unended.close();
        Eventually.holds("the job has ended", () -> server.count(metered) == 1);
      }
      assertThat(left.get(50, TimeUnit.SECONDS)).contains(Duration.ofSeconds(2));
    } finally {
      unended.close();
    }
  }

  @Test
  void setsAsideEachOfTheChannelsThatAreTranscribed(@TempDir Path folder) throws Exception {
    TestCaller alice = server.newTenant();
    budget(alice, "5");
    float[] said = new float[3 * AudioDecoder.SAMPLE_RATE];
    TestForm form =
        new TestForm()
            .file(Recordings.stereo(folder.resolve("both.wav"), said, said))
            .field("diarize", "true");

    assertThat(alice.post("/v1/transcribe", form.field("channels", "separate")).at("/error/code"))
        .isEqualTo("SW_BUDGET_EXCEEDED");
    assertThat(
            server.count(
                "from speech_reservations where tenant_id = '" + alice.tenant().id() + "'"))
        .isZero();
    assertThat(transcribe(alice).status()).isEqualTo(200);
  }

  private static void budget(TestCaller caller, String seconds) {
    Answer changed =
        caller
            .only(Permission.OPERATOR)
            .send(
                "PATCH",
                "/v1/admin/tenants/" + caller.tenant().id(),
                "{\"speech_budget_seconds\": " + seconds + "}");
    assertThat(changed.status()).isEqualTo(200);
  }

  private static Answer transcribe(TestCaller caller) {
    return caller.post(TRANSCRIBE, new TestForm().file(RECORDING));
  }
}
