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
import org.apache.tomcat.websocket.WsSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One WebSocket connection: the way to its peer. For any thread.
public final class WebSocket {
  private static final Logger LOG = LoggerFactory.getLogger(WebSocket.class);

  /// So many pings may be without an answer before the peer counts as one that does not read.
  private static final int MAX_UNANSWERED_PINGS = 2;

  /// A peer that is this far behind is given up.
  private static final int MAX_WAITING_CHARS = 512 * 1024;

  /// A close frame's reason has at most 123 bytes (RFC 6455 section 5.5.1).
  private static final int MAX_REASON_BYTES = 123;

  /// The listener has returned from a frame within this time.
  private static final long SAME_FRAME_MILLIS = 2;

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

  /// @param pingEvery how often the peer is asked whether it still reads
  /// @param room what all that waits to be sent shares
  WebSocket(Session session, Duration pingEvery, ResourceLimiter.Reservation room) {
    this.session = session;
    this.queue = new SendQueue(MAX_WAITING_CHARS, room);
    this.pingEvery = pingEvery;
  }

  /// Sends a text message after all earlier ones; does not wait for it. False when the connection
  /// is ending: also when this very message was too much for a peer that does not read, which ends
  /// the connection with 1013.
  public boolean send(String message) {
    return queue.offer(message);
  }

  /// As [#send], but waits until the peer has read enough of the earlier ones: for what can be sent
  /// faster than anybody reads. A peer that does not read at all ends the wait with its connection.
  public boolean sendBlocking(String message) throws InterruptedException {
    return queue.offerBlocking(message);
  }

  /// Ends the connection once everything sent before has gone out. Only the first call counts.
  ///
  /// @param reason for the developer at the other end; cut at 123 bytes
  public void close(int code, String reason) {
    queue.close(code, reason);
  }

  /// Nobody will read what still waits.
  void ended() {
    queue.drop();
  }

  /// While the listener is in a call nothing is read, so that answers to pings may wait.
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

  /// How long ago the peer sent something that the listener is not told of: a ping of its own,
  /// which Tomcat answers by itself. Empty when it never has.
  public Optional<Duration> sincePing() {
    // Tomcat keeps the time of the last frame, but tells nobody of pings.
    long read = (long) LAST_READ.get(session);
    if (read > Math.max(lastPong, lastMessage) + SAME_FRAME_MILLIS) {
      lastPing = read;
    }
    return lastPing == 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.max(0, System.currentTimeMillis() - lastPing)));
  }

  /// Sends until the connection ends; on a thread of its own.
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
            // The time is up.
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
      end(CloseCode.TRY_AGAIN_LATER, "You do not read.");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void ping() throws IOException {
    if (listenerCalls.get() > 0) {
      unansweredPings.set(0);
    } else if (unansweredPings.getAndIncrement() >= MAX_UNANSWERED_PINGS) {
      queue.close(CloseCode.TRY_AGAIN_LATER, "You did not answer pings.");
      return;
    }
    session.getBasicRemote().sendPing(ByteBuffer.allocate(0));
  }

  private void end(int code, String reason) {
    try {
      session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(code), cut(reason)));
    } catch (IOException | IllegalStateException gone) {
      LOG.debug("cannot close in order: {}", gone.toString());
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
