package parley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import parley.testing.Eventually;
import parley.testing.OnBothStores;
import parley.testing.SettableClock;
import parley.testing.SlowUpload;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;
import parley.testing.TestSocket;

/// Long-lived uses of a key that ends.
@Tag("slow")
@OnBothStores
class RightsInUseTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static SettableClock clock;

  private static TestServer server;
  private static TestServer other;

  /// Ways in which a key ends.
  enum End {
    REVOKED,
    REVOKED_ON_ANOTHER_NODE,
    EXPIRED;

    void of(TestCaller caller) {
      switch (this) {
        case REVOKED -> server.revokeKey(caller);
        case REVOKED_ON_ANOTHER_NODE -> other.revokeKey(caller);
        case EXPIRED -> clock.move(Duration.ofHours(2));
      }
    }
  }

  @BeforeAll
  static void start() {
    clock = new SettableClock(Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS));
    // No job runs, so requests keep waiting for theirs.
    server = TestServer.start(Map.of("server.roles", "api"), clock);
    other = TestServer.beside(server, Map.of());
  }

  @AfterAll
  static void stop() {
    other.close();
    server.close();
  }

  private static TestCaller caller() {
    return server.newTenant().expiring(clock.instant().plus(Duration.ofHours(1)));
  }

  @ParameterizedTest
  @EnumSource
  void endsStreamsOfEventsAndOfCaptions(End end) throws Exception {
    TestCaller caller = caller();
    try (TestSocket events = caller.socket("/v1/stream");
        TestSocket captions = caller.socket("/v1/modules/scaiecho/stream/transcribe")) {
      assertThat(events.json().at("/type").asString()).isEqualTo("hello");

      end.of(caller);

      assertThat(events.closeCode()).isEqualTo(1008);
      assertThat(captions.json().at("/code").asString()).isEqualTo("AUTH_TOKEN_INVALID");
      assertThat(captions.closeCode()).isEqualTo(1008);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesAnUploadUnderWay(End end) throws Exception {
    TestCaller caller = caller();
    try (SlowUpload upload = SlowUpload.begin(server.uri("/v1/media/upload"), caller.token())) {
      upload.send(100_000);

      end.of(caller);

      upload.finish();
      assertThat(upload.status()).isEqualTo(401);
    }
    assertThat(server.count("from media where tenant_id = '" + caller.tenant().id() + "'"))
        .isZero();
  }

  @ParameterizedTest
  @EnumSource
  void breaksADownloadOff(End end) throws Exception {
    TestCaller caller = caller();
    byte[] content = new byte[64 * 1024 * 1024];
    Answer stored = caller.post("/v1/media/upload", new TestForm().file("file", "large", content));
    HttpResponse<InputStream> answer =
        HttpClient.newHttpClient()
            .send(
                caller.request("/v1/media/download/" + stored.at("/data/media_id")).build(),
                BodyHandlers.ofInputStream());
    try (InputStream bytes = answer.body()) {
      assertThat(bytes.readNBytes(100_000)).hasSize(100_000);

      end.of(caller);

      CompletableFuture<Long> rest = CompletableFuture.supplyAsync(() -> drained(bytes));
      assertThat(rest.get(SOON.toSeconds(), TimeUnit.SECONDS)).isLessThan(content.length - 100_000);
    }
  }

  @ParameterizedTest
  @EnumSource
  void endsRequestsThatWait(End end) throws Exception {
    TestCaller caller = caller();
    CompletableFuture<Answer> transcript =
        CompletableFuture.supplyAsync(() ->
            caller.post(
                "/v1/modules/scaiecho/transcribe",
                new TestForm().file(Path.of("examples/jfk.flac"))));
    Eventually.holds(
        "the job waits",
        () -> server.count("from jobs where tenant_id = '" + caller.tenant().id() + "'") == 1);
    String cursor = caller.get("/v1/sync").at("/data/next_cursor");
    CompletableFuture<Answer> poll =
        CompletableFuture.supplyAsync(() -> caller.get("/v1/sync?timeout=60&since=" + cursor));
    Eventually.holds(
        "the poll waits",
        () -> server.stranger().get("/metrics").text().contains("events_listeners 1.0"));

    end.of(caller);

    assertThat(poll.get(SOON.toSeconds(), TimeUnit.SECONDS).status()).isEqualTo(401);
    assertThat(transcript.get(SOON.toSeconds(), TimeUnit.SECONDS).status()).isEqualTo(401);
  }

  /// Reads slowly until the end of the body or the connection; returns the number of bytes.
  private static long drained(InputStream bytes) {
    byte[] piece = new byte[256 * 1024];
    long all = 0;
    try {
      for (int count = bytes.read(piece); count >= 0; count = bytes.read(piece)) {
        all += count;
        // A reader slower than the signal of the revocation.
        Thread.sleep(20);
      }
    } catch (IOException broken) {
      return all;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return all;
  }
}
