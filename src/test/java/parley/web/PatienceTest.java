package parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.auth.Caller;
import parley.auth.KeyId;
import parley.auth.KeyWatch;
import parley.auth.Permission;
import parley.auth.RateLimits;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// How long the server waits for clients. All of them are slow concurrently, so the tests take as
/// long as the slowest.
@Tag("slow")
class PatienceTest {
  private static final int FILE_BYTES = 40 * 1024 * 1024;

  private static final ExecutorService CLIENTS = Executors.newVirtualThreadPerTaskExecutor();
  private static HttpServer server;
  private static Future<Duration> trickledHead;
  private static Future<Duration> trickledLines;
  private static Future<String> trickledBody;
  private static Future<String> trickledChunk;
  private static Future<Duration> trickledUnasked;
  private static Future<Long> pausedDownload;

  @BeforeAll
  static void beSlow(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[FILE_BYTES]);
    Caller caller =
        new Caller(
            KeyId.random(),
            new TenantId(new java.util.UUID(1, 2)),
            UserId.random(),
            Set.of(Permission.ROOMS),
            null);
    server =
        HttpServer.of(
            new HttpServer.Settings(
                folder.resolve("http"),
                "127.0.0.1",
                0,
                Duration.ofSeconds(30),
                new CrossOrigin(false, Set.of())),
            List.of(
                Route.get("/free", Access.open(), exchange -> exchange.empty(204)),
                Route.post(
                    "/json",
                    Access.needs(Permission.ROOMS),
                    exchange -> exchange.data(200, exchange.json(Map.class))),
                Route.get(
                    "/file",
                    Access.needs(Permission.ROOMS),
                    exchange -> exchange.file(200, "text/plain", file, 0, FILE_BYTES))),
            token -> caller,
            new KeyWatch(keys -> keys, Clock.systemUTC()),
            new RateLimits(1000, 1000, 100),
            new SimpleMeterRegistry());
    server.start();
    trickledHead = begin(() -> trickleUntilClosed("GET /free HTTP/1.1\r\nHost: x\r\nX-A: ", "y"));
    trickledLines = begin(() -> trickleUntilClosed("", "\r\n"));
    trickledUnasked =
        begin(() ->
            trickleUntilClosed(
                "GET /free HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", "y"));
    trickledBody = begin(() -> trickleUntilAnswered("Content-Length: 1000\r\n\r\n{", "1"));
    trickledChunk =
        begin(() -> trickleUntilAnswered("Transfer-Encoding: chunked\r\n\r\n5;a=", "y"));
    pausedDownload = begin(PatienceTest::pause);
  }

  @AfterAll
  static void stop() {
    server.close();
    CLIENTS.shutdownNow();
  }

  @Test
  void closesAConnectionWhoseHeadTricklesIn() throws Exception {
    assertThat(trickledHead.get()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));
  }

  @Test
  void closesAConnectionThatOnlySendsLineBreaks() throws Exception {
    assertThat(trickledLines.get()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));
  }

  @Test
  void closesAConnectionWhoseUnsolicitedBodyTricklesIn() throws Exception {
    assertThat(trickledUnasked.get()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(40));
  }

  @Test
  void timesOutABodyThatTricklesIn() throws Exception {
    assertThat(trickledBody.get()).contains("HTTP/1.1 408", "SW_REQUEST_TIMEOUT");
  }

  @Test
  void timesOutABodyThatTricklesInBetweenChunks() throws Exception {
    assertThat(trickledChunk.get()).contains("HTTP/1.1 408", "SW_REQUEST_TIMEOUT");
  }

  @Test
  void continuesADownloadAfterAPauseThatOtherServersAllow() throws Exception {
    assertThat(pausedDownload.get()).isEqualTo(FILE_BYTES);
  }

  private static <T> Future<T> begin(Callable<T> client) {
    return CLIENTS.submit(client);
  }

  /// Sends a byte periodically, well within the timeout between bytes; returns how long the
  /// connection lasted.
  private static Duration trickleUntilClosed(String begin, String more) throws Exception {
    long began = System.nanoTime();
    try (RawClient client = RawClient.connect(server.port())) {
      client.send(begin);
      Future<String> end = CLIENTS.submit(client::rest);
      trickle(client, more, end);
    }
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private static String trickleUntilAnswered(String behindHead, String more) throws Exception {
    try (RawClient client = RawClient.connect(server.port())) {
      client.send("POST /json HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\n" + behindHead);
      Future<String> answer = CLIENTS.submit(client::rest);
      trickle(client, more, answer);
      return answer.get(60, TimeUnit.SECONDS);
    }
  }

  private static void trickle(RawClient client, String more, Future<?> end) throws Exception {
    long until = System.nanoTime() + Duration.ofSeconds(55).toNanos();
    while (!end.isDone() && System.nanoTime() < until) {
      try {
        client.send(more);
      } catch (IOException closed) {
        return;
      }
      // This tests the client's pace.
      TimeUnit.MILLISECONDS.sleep(500);
    }
  }

  private static long pause() throws Exception {
    try (RawClient client = RawClient.connect(server.port())) {
      client.send(
          "GET /file HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\nConnection: close\r\n\r\n");
      client.head();
      TimeUnit.SECONDS.sleep(50);
      InputStream in = client.in();
      long count = 0;
      byte[] buffer = new byte[64 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        count += read;
      }
      return count;
    }
  }
}
