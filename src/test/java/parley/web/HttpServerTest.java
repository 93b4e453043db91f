package parley.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.auth.KeyWatch;
import parley.auth.RateLimits;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.testing.Eventually;

class HttpServerTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @TempDir Path folder;

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  @Test
  void failsToStartOnAnInvalidAddress() {
    try (HttpServer server = server("::zz", 0)) {
      assertThatThrownBy(server::start)
          .isInstanceOf(IOException.class)
          .hasMessage("server.bind: cannot resolve ::zz");
    }
  }

  @Test
  void reportsThatItsPortIsInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK);
        HttpServer server = server(LOOPBACK.getHostAddress(), taken.getLocalPort())) {
      assertThatThrownBy(server::start)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("already in use");
    }
  }

  @Test
  void refusesConnectionsWhileItFinishesRequests() throws Exception {
    try (HttpServer server = server(LOOPBACK.getHostAddress(), 0, slow())) {
      server.start();
      int port = server.port();
      try (Socket client = new Socket(LOOPBACK, port)) {
        client
            .getOutputStream()
            .write(
                "GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        await(begun);
        Thread draining = Thread.ofVirtual().start(() -> server.drain(Duration.ofMinutes(1)));
        Eventually.holds("connections are refused", () -> isRefused(port));
        goOn.countDown();
        assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .endsWith("done");
        draining.join();
      }
    }
  }

  @Test
  void stopsEvenIfARequestDoesNotEnd() throws Exception {
    HttpServer server = server(LOOPBACK.getHostAddress(), 0, slow());
    server.start();
    try (Socket client = new Socket(LOOPBACK, server.port())) {
      client
          .getOutputStream()
          .write("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      await(begun);
      server.drain(Duration.ZERO);
      Thread closing = Thread.ofPlatform().daemon().start(server::close);
      Eventually.holds("it has ended", () -> !closing.isAlive());
    } finally {
      goOn.countDown();
    }
  }

  /// A route that signals its requests and responds when it is released.
  private Route slow() {
    return Route.get(
        "/slow",
        Access.open(),
        exchange -> {
          begun.countDown();
          await(goOn);
          exchange.text(200, "text/plain", "done");
        });
  }

  private static boolean isRefused(int port) throws IOException {
    try (Socket _ = new Socket(LOOPBACK, port)) {
      return false;
    } catch (ConnectException refused) {
      return true;
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpServer server(String bind, int port, Route... routes) {
    return HttpServer.of(
        new HttpServer.Settings(
            folder, bind, port, Duration.ofSeconds(30), new CrossOrigin(false, Set.of())),
        List.of(routes),
        token -> {
          throw new Problem(ProblemCode.TOKEN_INVALID, "");
        },
        new KeyWatch(keys -> keys, Clock.systemUTC()),
        new RateLimits(1, 1, 100),
        new SimpleMeterRegistry());
  }
}
