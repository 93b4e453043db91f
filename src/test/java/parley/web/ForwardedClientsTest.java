package parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.auth.KeyWatch;
import parley.auth.RateLimits;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.testing.Eventually;

/// The client that anonymous requests count for, according to proxies.
class ForwardedClientsTest {
  /// An address's share, a quarter of the memory, holds eight of them.
  private static final int BODY = 16_000;

  private final List<RawClient> clients = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private @Nullable HttpServer server;

  @TempDir Path folder;

  private void start(String proxies) throws IOException {
    HttpServer started =
        HttpServer.of(
            new HttpServer.Settings(
                folder,
                "127.0.0.1",
                0,
                Duration.ofSeconds(30),
                new CrossOrigin(false, Set.of()),
                new MemoryPlan(40, 1, 512 * 1024, 8, 64 * 1024, 100, 1),
                TrustedProxies.parse(proxies)),
            List.of(
                Route.post(
                    "/v1/open",
                    Access.open(),
                    exchange -> exchange.data(200, exchange.json(Map.class)))),
            token -> {
              throw new Problem(ProblemCode.TOKEN_INVALID, "There are none.");
            },
            new KeyWatch(keys -> keys, Clock.systemUTC()),
            new RateLimits(100_000, 100_000, 100),
            meters);
    started.start();
    server = started;
  }

  @AfterEach
  void stop() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  void areCountedSeparatelyBehindATrustedProxy() throws Exception {
    start("127.0.0.1");
    fill("203.0.113.7");

    assertThat(send("203.0.113.7", BODY, "")).startsWith("HTTP/1.1 429");
    // The client wrote everything before the address that the proxy added.
    assertThat(send("198.51.100.1, 203.0.113.7", BODY, "")).startsWith("HTTP/1.1 429");
    assertThat(send("203.0.113.8", 7, "{\"a\":1}")).startsWith("HTTP/1.1 200");
  }

  @Test
  void areCountedAsOneWithoutATrustedProxy() throws Exception {
    start("127.0.0.2");
    fill("203.0.113.7");

    assertThat(send("203.0.113.8", BODY, "")).startsWith("HTTP/1.1 429");
  }

  private void fill(String forwarded) throws Exception {
    for (int i = 0; i < 8; i++) {
      client().send(head(forwarded, BODY) + "{");
    }
    Eventually.holds(
        "so much is held", () -> meters.get("http.bytes.held").gauge().value() >= 8 * BODY);
  }

  private String send(String forwarded, int length, String body) throws IOException {
    return client().send(head(forwarded, length) + body).head();
  }

  private RawClient client() throws IOException {
    RawClient client = RawClient.connect(Objects.requireNonNull(server).port(), "127.0.0.1");
    clients.add(client);
    return client;
  }

  private static String head(String forwarded, int length) {
    return "POST /v1/open HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: "
        + forwarded
        + "\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }
}
