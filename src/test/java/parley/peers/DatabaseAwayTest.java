package parley.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import parley.testing.Eventually;
import parley.testing.PeerProxy;
import parley.testing.PeerProxy.Fault;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestPostgres;
import parley.testing.TestServer;
import parley.testing.TestSocket;

/// An outage of an external PostgreSQL: the answer of every route, and the recovery.
@Tag("slow")
class DatabaseAwayTest {
  private static final Duration AT_MOST = Duration.ofSeconds(5);

  private static PeerProxy proxy;
  private static TestServer server;

  @BeforeAll
  static void start() {
    Properties database = TestPostgres.newDatabase();
    proxy = PeerProxy.before(Path.of(database.getProperty("socketFactoryArg")));
    Map<String, String> settings = new HashMap<>();
    settings.put(
        "database.url",
        "jdbc:postgresql://127.0.0.1:%d/%s"
            .formatted(
                proxy.port(),
                URI.create(database.getProperty("url").substring(5)).getPath().substring(1)));
    server = TestServer.start(settings);
  }

  @AfterAll
  static void stop() {
    proxy.set(Fault.NONE);
    server.close();
    proxy.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"ABSENT", "REFUSING", "FROZEN", "GARBAGE"})
  void isReportedByEveryRouteWithinSecondsAndLosesNothing(Fault fault) throws Exception {
    TestCaller alice = server.newTenant();
    Answer stored =
        alice.post(
            "/v1/media/upload",
            new TestForm().file("file", "kept", "kept".getBytes(StandardCharsets.UTF_8)));
    String kept = "/v1/media/download/" + stored.at("/data/media_id");

    proxy.set(fault);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      // Concurrently, before the outage is known.
      List<Future<Told>> asked = new ArrayList<>();
      for (String route : server.routes()) {
        if (needsAToken(route)) {
          asked.add(callers.submit(() -> ask(alice, route)));
        }
      }
      assertThat(asked).hasSizeGreaterThan(40);
      for (Future<Told> told : asked) {
        assertTold(told.get());
      }
    }
    assertTold(ask(alice, "get /v1/media"));
    Told ready = ask(server.stranger(), "get /readyz");
    assertThat(ready.answer.status()).isEqualTo(503);
    assertThat(ready.answer.at("/checks/database")).isEqualTo("failed");
    assertThat(ready.took).isLessThan(Duration.ofSeconds(2));
    assertThat(server.stranger().get("/healthz").status()).isEqualTo(200);

    proxy.set(Fault.NONE);
    Eventually.holds("back", () -> alice.get(kept).status() == 200);
    assertThat(alice.get(kept).text()).isEqualTo("kept");
    assertThat(server.stranger().get("/readyz").status()).isEqualTo(200);
  }

  @Test
  void endsALiveStreamAndSaysToTryAgain() throws Exception {
    TestCaller alice = server.newTenant();
    try (TestSocket socket =
        TestSocket.connect(server.uri("/v1/modules/scaiecho/stream/transcribe"), alice.token())) {
      proxy.set(Fault.FROZEN);
      socket.send("{\"type\":\"open\",\"media_type\":\"audio/pcm\",\"sample_rate\":16000}");
      assertThat(socket.json().at("/code").asString()).isEqualTo("UNAVAILABLE");
      assertThat(socket.closeCode()).isEqualTo(1013);
    } finally {
      proxy.set(Fault.NONE);
      Eventually.holds("back", () -> alice.get("/v1/media").status() == 200);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"SLOW"})
  void isNotConsideredUnavailableWhileItIsOnlySlow(Fault fault) {
    TestCaller alice = server.newTenant();
    proxy.set(fault);
    try {
      for (int i = 0; i < 5; i++) {
        assertThat(alice.get("/v1/media").status()).isEqualTo(200);
      }
    } finally {
      proxy.set(Fault.NONE);
    }
  }

  private record Told(String route, Answer answer, Duration took) {}

  private static void assertTold(Told told) {
    assertThat(told.answer.status()).as(told.route + " " + told.answer.text()).isEqualTo(503);
    assertThat(told.answer.header("Retry-After")).as(told.route).isNotNull();
    assertThat(told.took).as(told.route).isLessThan(AT_MOST);
  }

  /// Other tests cover routes without a token and signed links.
  private static boolean needsAToken(String route) {
    return !route.matches(
        ".*(/docs|/console|/sign-in|healthz|readyz|/metrics|openapi.json|webhook|/content).*");
  }

  private static Told ask(TestCaller caller, String route) {
    String[] parts = route.split(" ", 2);
    String path = parts[1].replaceAll("\\{[a-z_]+\\}", UUID.randomUUID().toString());
    long began = System.nanoTime();
    Answer answer =
        caller.send(
            caller
                .request(path)
                .header("Content-Type", "application/json")
                .method(
                    parts[0].toUpperCase(Locale.ROOT),
                    parts[0].equals("get")
                        ? BodyPublishers.noBody()
                        : BodyPublishers.ofString("{}")));
    return new Told(route, answer, Duration.ofNanos(System.nanoTime() - began));
  }
}
