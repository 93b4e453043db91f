package parley.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.testing.Eventually;
import parley.testing.TestSocket;

/// Clients that send faster than the server can take it in do not keep others waiting.
@Timeout(120)
class FastSendersTest {
  private static final int SENDERS = 4 * Runtime.getRuntime().availableProcessors();

  private final AtomicBoolean over = new AtomicBoolean();

  /// Senders of which something has come, and which have not ended.
  private final AtomicInteger busy = new AtomicInteger();

  private final HttpServer server;

  FastSendersTest(@TempDir Path folder) {
    server =
        LocalServer.of(
            folder,
            token -> {
              throw new Problem(ProblemCode.TOKEN_INVALID, "No token is known.");
            },
            Route.post("/slow", Access.open(), this::readSlowly),
            Route.get("/free", Access.open(), exchange -> exchange.empty(204)),
            Route.webSocket("/socket", Access.open(), handshake -> new Slow()));
  }

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    over.set(true);
    server.close();
  }

  @Test
  void bodiesLetOtherRequestsThrough() throws Exception {
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < SENDERS; i++) {
      senders.add(Thread.ofPlatform().start(this::sendBody));
    }
    requireAnswerMeanwhile();
    for (Thread sender : senders) {
      sender.join();
    }
  }

  @Test
  void messagesLetOtherRequestsThrough() throws Exception {
    List<TestSocket> sockets = new ArrayList<>();
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < SENDERS; i++) {
      TestSocket socket = TestSocket.connect(uri("/socket"), null);
      sockets.add(socket);
      senders.add(
          Thread.ofPlatform()
              .start(() -> {
                while (!over.get()) {
                  socket.send(new byte[1024 * 1024]);
                }
              }));
    }
    requireAnswerMeanwhile();
    for (Thread sender : senders) {
      sender.join();
    }
    sockets.forEach(TestSocket::abort);
  }

  /// The senders do not end by themselves, so that without fairness no answer would ever come.
  private void requireAnswerMeanwhile() throws Exception {
    Eventually.holds("all processors are busy", () -> busy.get() >= SENDERS / 4);
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(uri("/free")).timeout(Duration.ofSeconds(60)).build();
      HttpResponse<Void> answer = client.send(request, BodyHandlers.discarding());
      assertThat(answer.statusCode()).isEqualTo(204);
    }
    over.set(true);
  }

  private void sendBody() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write(
              "POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n"
                  .getBytes(US_ASCII));
      while (!over.get()) {
        socket.getOutputStream().write(new byte[1024 * 1024]);
      }
    } catch (IOException ended) {
      assertThat(over).isTrue();
    }
  }

  private void readSlowly(Exchange exchange) throws IOException {
    InputStream body = exchange.body();
    byte[] buffer = new byte[8192];
    busy.incrementAndGet();
    while (!over.get() && body.read(buffer) >= 0) {
      work(ByteBuffer.wrap(buffer));
    }
    exchange.empty(204);
  }

  /// Takes longer than the next bytes need to come.
  private static void work(ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (int i = 0; i < 30; i++) {
        digest.update(bytes.duplicate());
      }
      digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private final class Slow implements WebSocketListener {
    private boolean begun;

    @Override
    public void opened(WebSocket socket) {}

    @Override
    public void text(String message) {}

    @Override
    public void binary(ByteBuffer piece, boolean last) {
      if (!begun) {
        begun = true;
        busy.incrementAndGet();
      }
      if (!over.get()) {
        work(piece);
      }
    }

    @Override
    public void closed(int code) {}
  }
}
