package parley.testing;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A WebSocket client: what it receives waits until the test asks for it.
public final class TestSocket implements AutoCloseable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  /// Long, because a loaded machine is slow; a test that passes never waits so long.
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final WebSocket socket;
  private final Received received;

  private TestSocket(WebSocket socket, Received received) {
    this.socket = socket;
    this.received = received;
  }

  /// Connects to an `http:` address, with a bearer token when one is given.
  public static TestSocket connect(URI address, @Nullable String token) {
    Received received = new Received();
    WebSocket.Builder builder = CLIENT.newWebSocketBuilder();
    if (token != null) {
      builder.header("Authorization", "Bearer " + token);
    }
    URI target = URI.create(address.toString().replaceFirst("^http", "ws"));
    return new TestSocket(builder.buildAsync(target, received).join(), received);
  }

  /// The HTTP answer to a handshake that is refused.
  public static HttpResponse<?> refusal(URI address, @Nullable String token) {
    try (TestSocket accepted = connect(address, token)) {
      accepted.abort();
      throw new AssertionError("accepted: " + address);
    } catch (CompletionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        return refused.getResponse();
      }
      throw e;
    }
  }

  public void send(String text) {
    socket.sendText(text, true).join();
  }

  public void send(byte[] bytes) {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
  }

  /// Sends a piece of a message; not waited for.
  public CompletableFuture<WebSocket> sendPiece(byte[] bytes, boolean last) {
    return socket.sendBinary(ByteBuffer.wrap(bytes), last);
  }

  /// Receives nothing more until [#resume()], neither messages nor pings.
  public void pause() {
    received.paused = true;
  }

  /// Receives again.
  public void resume() {
    received.paused = false;
    socket.request(1);
  }

  /// The next text message.
  public String text() throws InterruptedException {
    String text = received.texts.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    if (text == null) {
      throw new AssertionError("no message within " + LIMIT);
    }
    return text;
  }

  /// The next text message, as JSON.
  public JsonNode json() throws InterruptedException {
    return JsonMapper.shared().readTree(text());
  }

  /// As [#json()]; null when the connection ends first.
  public @Nullable JsonNode jsonUnlessEnded() throws InterruptedException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < LIMIT.toNanos()) {
      boolean ended = received.closed.isDone();
      String text = received.texts.poll(ended ? 0 : 20, TimeUnit.MILLISECONDS);
      if (text != null) {
        return JsonMapper.shared().readTree(text);
      }
      if (ended) {
        return null;
      }
    }
    throw new AssertionError("neither a message nor an end within " + LIMIT);
  }

  /// A message that has come already, or null.
  public @Nullable String textNow() {
    return received.texts.poll();
  }

  /// Waits until the server has closed, and tells with which code; 1006 when it broke.
  public int closeCode() throws Exception {
    return received.closed.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  /// Sends a ping; how many were answered, [#pongs()] tells.
  public void ping() {
    socket.sendPing(ByteBuffer.allocate(4)).join();
  }

  /// How many pings were answered.
  public int pongs() {
    return received.pongs.get();
  }

  /// Closes in order, without waiting for the server's part.
  @SuppressWarnings("FutureReturnValueIgnored") // Whether it still gets there is the server's test.
  @Override
  public void close() {
    if (!socket.isOutputClosed()) {
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
    }
  }

  /// Breaks the connection.
  public void abort() {
    socket.abort();
  }

  private static final class Received implements WebSocket.Listener {
    final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    final AtomicInteger pongs = new AtomicInteger();
    volatile boolean paused;
    private final StringBuilder partial = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence piece, boolean last) {
      partial.append(piece);
      if (last) {
        texts.add(partial.toString());
        partial.setLength(0);
      }
      if (!paused) {
        from.request(1);
      }
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer content) {
      pongs.incrementAndGet();
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      closed.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable fault) {
      closed.complete(1006);
    }
  }
}
