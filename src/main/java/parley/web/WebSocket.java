package parley.web;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.tomcat.websocket.WsSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sending side of a WebSocket. Thread-safe.
public final class WebSocket {
  private static final Logger LOG = LoggerFactory.getLogger(WebSocket.class);

  /// With more unanswered pings than this, the peer counts as not reading.
  private static final int MAX_UNANSWERED_PINGS = 2;

  /// The connection of a peer that is further behind is closed.
  private static final int MAX_WAITING_CHARS = 512 * 1024;

  /// A close frame's reason has at most 123 bytes (RFC 6455 section 5.5.1).
  private static final int MAX_REASON_BYTES = 123;

  /// The maximum time from reading a frame to the listener's return.
  private static final long SAME_FRAME_MILLIS = 2;

  private static final Pattern UNPAIRED_SURROGATE = Pattern.compile("\\p{Cs}");
  private static final String REPLACEMENT_CHARACTER = "\uFFFD";

  private static final VarHandle LAST_READ = lastRead();

  private final Session session;
  private final Duration pingEvery;
  private final SendQueue queue;
  private final AtomicInteger listenerCalls = new AtomicInteger();
  private final AtomicInteger unansweredPings = new AtomicInteger();

  private volatile long lastPong = System.currentTimeMillis();
  private volatile long lastMessage = System.currentTimeMillis();
  private volatile long lastPing;

  private static VarHandle lastRead() {
    try {
      return MethodHandles.privateLookupIn(WsSession.class, MethodHandles.lookup())
          .findVarHandle(WsSession.class, "lastActiveRead", long.class);
    } catch (ReflectiveOperationException otherTomcat) {
      throw new ExceptionInInitializerError(otherTomcat);
    }
  }

  /// @param pingEvery the interval of pings
  /// @param room reserves the memory of waiting messages
  WebSocket(Session session, Duration pingEvery, ResourceLimiter.Reservation room) {
    this.session = session;
    this.queue = new SendQueue(MAX_WAITING_CHARS, room);
    this.pingEvery = pingEvery;
  }

  /// Queues a text message. Returns false if the connection is ending, including when this message
  /// is too much for a peer that does not read, which closes the connection with 1013.
  public boolean send(String message) {
    return queue.offer(encodable(message));
  }

  /// Like [#send], but waits until the peer has read enough of the earlier messages. For messages
  /// that are produced faster than anybody reads. If the peer does not read at all, the wait ends
  /// with the connection.
  public boolean sendBlocking(String message) throws InterruptedException {
    return queue.offerBlocking(encodable(message));
  }

  /// Unpaired surrogates, which JSON can spell, have no UTF-8 form. Tomcat would throw at the first
  /// one, after which nothing more is sent.
  private static String encodable(String message) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(message)
        ? message
        : UNPAIRED_SURROGATE.matcher(message).replaceAll(REPLACEMENT_CHARACTER);
  }

  /// Closes the connection once all earlier messages are sent. Only the first call counts.
  ///
  /// @param reason for the client's developer; truncated to 123 bytes
  public void close(int code, String reason) {
    queue.close(code, reason);
  }

  /// Drops the messages that are still waiting.
  void ended() {
    queue.drop();
  }

  /// While the listener blocks, nothing is read, including pongs.
  void listenerCalled() {
    listenerCalls.incrementAndGet();
  }

  void listenerReturned() {
    lastMessage = System.currentTimeMillis();
    listenerCalls.decrementAndGet();
  }

  void pong() {
    lastPong = System.currentTimeMillis();
    unansweredPings.set(0);
  }

  /// The time since the peer's last ping; empty if there was none. Tomcat answers pings without
  /// notifying the listener.
  public Optional<Duration> sincePing() {
    // Tomcat records when it read the last frame, but does not report pings.
    long read = (long) LAST_READ.get(session);
    if (read > Math.max(lastPong, lastMessage) + SAME_FRAME_MILLIS) {
      lastPing = read;
    }
    return lastPing == 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.max(0, System.currentTimeMillis() - lastPing)));
  }

  /// Sends queued messages and pings until the connection ends. Runs on a thread of its own.
  void sendAll() {
    long nextPing = System.nanoTime() + pingEvery.toNanos();
    try {
      while (session.isOpen()) {
        switch (queue.next(Duration.ofNanos(nextPing - System.nanoTime()))) {
          case SendQueue.Text(String message) -> session.getBasicRemote().sendText(message);
          case SendQueue.Close(int code, String reason) -> {
            end(code, reason);
            return;
          }
          case null -> {
            // A ping is due.
          }
        }
        if (System.nanoTime() >= nextPing) {
          nextPing = System.nanoTime() + pingEvery.toNanos();
          ping();
        }
      }
    } catch (IOException | IllegalStateException gone) {
      LOG.debug("cannot send any more: {}", gone.toString());
      queue.close(CloseCode.TRY_AGAIN_LATER, "");
      end(CloseCode.TRY_AGAIN_LATER, "The client does not read.");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void ping() throws IOException {
    if (listenerCalls.get() > 0) {
      unansweredPings.set(0);
    } else if (unansweredPings.getAndIncrement() >= MAX_UNANSWERED_PINGS) {
      queue.close(CloseCode.TRY_AGAIN_LATER, "The client did not answer pings.");
      return;
    }
    session.getBasicRemote().sendPing(ByteBuffer.allocate(0));
  }

  private void end(int code, String reason) {
    try {
      session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(code), cut(reason)));
    } catch (IOException | IllegalStateException gone) {
      LOG.debug("cannot close cleanly: {}", gone.toString());
    }
  }

  private static String cut(String reason) {
    int end = reason.length();
    while (reason.substring(0, end).getBytes(StandardCharsets.UTF_8).length > MAX_REASON_BYTES) {
      end--;
    }
    return reason.substring(0, end);
  }
}
