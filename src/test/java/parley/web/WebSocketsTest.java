package parley.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.auth.Permission;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.testing.Eventually;
import parley.testing.TestSocket;

class WebSocketsTest {
  private final Recorder recorder = new Recorder();
  private final HttpServer server;

  WebSocketsTest(@TempDir Path folder) {
    server =
        LocalServer.of(
            folder,
            token -> {
              throw new Problem(ProblemCode.TOKEN_INVALID, token.equals("t") ? "seen" : "other");
            },
            Route.webSocket("/echo", Access.open(), handshake -> recorder),
            Route.webSocket(
                "/full",
                Access.open(),
                handshake -> {
                  throw new Problem(ProblemCode.UNAVAILABLE, "There is no room.");
                }),
            Route.webSocket("/v1/own", Access.needs(Permission.ROOMS), handshake -> recorder));
  }

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    recorder.gate.countDown();
    server.close();
  }

  @Test
  void deliversTextAndBinaryMessagesInOrder() throws Exception {
    try (TestSocket client = connect()) {
      client.send("one");
      client.send("x".repeat(8192));
      client.sendPiece(new byte[20_000], false).join();
      client.sendPiece(new byte[5], true).join();
      client.send("two");

      assertThat(client.text()).isEqualTo("one");
      assertThat(client.text()).hasSize(8192);
      assertThat(client.text()).isEqualTo("20005 bytes");
      assertThat(client.text()).isEqualTo("two");
    }
    assertThat(recorder.closed.get(60, TimeUnit.SECONDS)).isEqualTo(1000);
  }

  @Test
  void refusesTheHandshakeWithAnHttpResponse() throws Exception {
    HttpResponse<?> full = TestSocket.refusal(uri("/full"), null);
    assertThat(full.statusCode()).isEqualTo(503);

    assertThat(handshake("GET /full", "")).startsWith("HTTP/1.1 503").contains("SW_UNAVAILABLE");
    assertThat(handshake("GET /v1/own", "")).startsWith("HTTP/1.1 401").contains("Authorization");
    assertThat(handshake("GET /v1/own?token=t", "")).startsWith("HTTP/1.1 401").contains("seen");
    assertThat(handshake("GET /v1/own?token=t", "Authorization: Bearer z\r\n")).contains("other");
    assertThat(exchange("GET /v1/own?token=t HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .contains("Send the header");
    assertThat(exchange("GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 426")
        .contains("Sec-WebSocket-Version: 13", "SW_UPGRADE_REQUIRED");
    String keyless =
        """
        GET /echo HTTP/1.1
        Host: x
        Connection: close
        Upgrade: websocket
        Sec-WebSocket-Version: 13

        """;
    assertThat(exchange(keyless.replace("\n", "\r\n")))
        .startsWith("HTTP/1.1 400")
        .contains("SW_BAD_REQUEST");
  }

  @Test
  void closesOnATextThatIsTooLong() throws Exception {
    TestSocket client = connect();
    client.send("x".repeat(8193));
    assertThat(client.closeCode()).isEqualTo(1009);
  }

  @Test
  void replacesHalfACharacterAndGoesOn() throws Exception {
    try (TestSocket client = connect()) {
      client.send("half");
      assertThat(client.text()).isEqualTo("\uFFFD, \uD83D\uDE00");
      client.send("two");
      assertThat(client.text()).isEqualTo("two");
    }
  }

  @Test
  void endsWith1011WhenTheListenerFails() throws Exception {
    TestSocket client = connect();
    client.send("fail");
    assertThat(client.closeCode()).isEqualTo(1011);
    assertThat(recorder.closed.get(60, TimeUnit.SECONDS)).isEqualTo(1011);
  }

  @Test
  void disconnectsAPeerThatStopsReadingAndBuffersLittle() throws Exception {
    TestSocket client = connect();
    client.pause();
    client.send("flood");
    Eventually.holds("the flood is refused", () -> recorder.refused.get() > 0);
    // The buffers of both kernels and programs.
    assertThat(recorder.sent.get()).isLessThan(64 * 1024 * 1024);

    client.resume();
    assertThat(client.closeCode()).isEqualTo(1013);
    assertThat(recorder.closed.get(60, TimeUnit.SECONDS)).isEqualTo(1013);
  }

  @Test
  void slowsDownASenderWhileTheListenerIsBusy() throws Exception {
    TestSocket client = connect();
    client.send("block");
    byte[] megabyte = new byte[1024 * 1024];
    AtomicInteger sent = new AtomicInteger();
    Thread sender =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; i < 256; i++) {
                client.send(megabyte);
                sent.incrementAndGet();
              }
            });
    // Sending stops at some point: nothing more is sent between two checks.
    AtomicInteger before = new AtomicInteger(-1);
    Eventually.holds(
        "the sender waits",
        () -> {
          TimeUnit.MILLISECONDS.sleep(300);
          return sent.get() == before.getAndSet(sent.get());
        });
    assertThat(sent.get()).isLessThan(64);

    recorder.gate.countDown();
    sender.join();
    Eventually.holds("all arrives", () -> recorder.bytes.get() == 256L * megabyte.length);
    client.close();
  }

  @Test
  void reportsADisconnectedPeerOnce() throws Exception {
    TestSocket client = connect();
    client.send("one");
    client.text();
    client.abort();
    assertThat(recorder.closed.get(60, TimeUnit.SECONDS)).isEqualTo(1006);
    assertThat(recorder.closings.get()).isEqualTo(1);
  }

  @Test
  void asksPeersToReconnectWhenItStops() throws Exception {
    TestSocket client = connect();
    server.drain(Duration.ofSeconds(60));
    assertThat(client.closeCode()).isEqualTo(1012);
    assertThat(recorder.closed.get(60, TimeUnit.SECONDS)).isEqualTo(1012);
  }

  private TestSocket connect() throws Exception {
    TestSocket client = TestSocket.connect(uri("/echo"), null);
    Eventually.holds("it is open", () -> recorder.socket.isDone());
    return client;
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private String handshake(String line, String headers) throws IOException {
    return exchange(
        line
            + " HTTP/1.1\r\nHost: x\r\n"
            + headers
            + "Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  }

  private String exchange(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(request.getBytes(UTF_8));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  /// Echoes text, counts bytes and misbehaves on demand.
  private static final class Recorder implements WebSocketListener {
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    final AtomicInteger closings = new AtomicInteger();
    final CountDownLatch gate = new CountDownLatch(1);
    final AtomicLong bytes = new AtomicLong();
    final AtomicLong sent = new AtomicLong();
    final AtomicInteger refused = new AtomicInteger();
    final CompletableFuture<WebSocket> socket = new CompletableFuture<>();
    private int message;

    @Override
    public void opened(WebSocket opened) {
      socket.complete(opened);
    }

    @Override
    public void text(String text) {
      switch (text) {
        case "fail" -> throw new IllegalStateException("as asked");
        case "block" -> await();
        case "flood" -> flood();
        case "half" -> socket.join().send("\uD83D, \uD83D\uDE00");
        default -> socket.join().send(text);
      }
    }

    @Override
    public void binary(ByteBuffer piece, boolean last) {
      message += piece.remaining();
      bytes.addAndGet(piece.remaining());
      if (last) {
        socket.join().send(message + " bytes");
        message = 0;
      }
    }

    @Override
    public void closed(int code) {
      closings.incrementAndGet();
      closed.complete(code);
    }

    private void flood() {
      String text = "y".repeat(4096);
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (System.nanoTime() < until) {
        if (!socket.join().send(text)) {
          refused.incrementAndGet();
          return;
        }
        sent.addAndGet(text.length());
      }
    }

    private void await() {
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
