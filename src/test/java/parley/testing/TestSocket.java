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

/// A WebSocket client that queues received messages for the test.
public final class TestSocket implements AutoCloseable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  /// Long, for loaded machines; a passing test never waits for it.
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final WebSocket socket;
  private final Received received;

  private TestSocket(WebSocket socket, Received received) {
    this.socket = socket;
    this.received = received;
  }

  /// Connects to an `http:` address, with an optional bearer token.
  public static TestSocket connect(URI address, @Nullable String token) {
    Received received = new Received();
    WebSocket.Builder builder = CLIENT.newWebSocketBuilder();
    if (token != null) {
      builder.header("Authorization", "Bearer " + token);
    }
    URI target = URI.create(address.toString().replaceFirst("^http", "ws"));
    return new TestSocket(builder.buildAsync(target, received).join(), received);
  }

  /// Connects as a page in a browser does, which can only offer subprotocols; returns nothing
  /// unless the first of them is accepted.
  public static TestSocket connect(URI address, String subprotocol, String... others) {
    Received received = new Received();
    URI target = URI.create(address.toString().replaceFirst("^http", "ws"));
    WebSocket socket =
        CLIENT
            .newWebSocketBuilder()
            .subprotocols(subprotocol, others)
            .buildAsync(target, received)
            .join();
    if (!socket.getSubprotocol().equals(subprotocol)) {
      throw new AssertionError("accepted '" + socket.getSubprotocol() + "'");
    }
    return new TestSocket(socket, received);
  }

  /// The HTTP response to a refused handshake.
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

  /// Sends a fragment of a message without waiting for it.
  public CompletableFuture<WebSocket> sendPiece(byte[] bytes, boolean last) {
    return socket.sendBinary(ByteBuffer.wrap(bytes), last);
  }

  /// Stops receiving messages and pings until [#resume()].
  public void pause() {
    received.paused = true;
  }

  /// Resumes receiving.
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

  /// Like [#json()]; null when the connection ends first.
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

  /// The next message if it has arrived already, else null.
  public @Nullable String textNow() {
    return received.texts.poll();
  }

  /// Waits until the server closes the connection; returns the close code, or 1006 when the
  /// connection broke.
  public int closeCode() throws Exception {
    return received.closed.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  /// Sends a ping; [#pongs()] counts the answers.
  public void ping() {
    socket.sendPing(ByteBuffer.allocate(4)).join();
  }

  /// The number of answered pings.
  public int pongs() {
    return received.pongs.get();
  }

  /// Closes the connection normally without waiting for the server.
  @SuppressWarnings("FutureReturnValueIgnored") // Whether it still gets there is the server's test.
  @Override
  public void close() {
    if (!socket.isOutputClosed()) {
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
    }
  }

  /// Aborts the connection.
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
