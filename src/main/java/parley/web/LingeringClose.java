package parley.web;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps reading after a request was refused while the client was still sending, like nginx's
/// `lingering_close`.
///
/// If the server closed the connection immediately, the kernel would answer further bytes with a
/// reset, and many clients would discard the response before reading it. So further bytes are read
/// and dropped until the client has seen the response and stops (RFC 9112 section 9.6). This is a
/// valve because Tomcat closes a servlet's input with the response.
final class LingeringClose extends ValveBase {
  private static final Logger LOG = LoggerFactory.getLogger(LingeringClose.class);

  /// nginx's limit (`lingering_time`). A single read may exceed it by the connection's timeout.
  private static final Duration MAX_TIME = Duration.ofSeconds(30);

  /// For clients without a valid token.
  private static final Duration MAX_TIME_OF_STRANGERS = Duration.ofSeconds(5);

  /// The limit of the rate at which all connections together drop bytes, so that this does not slow
  /// down other requests. Even so, a client on a fast connection sees the refusal within moments.
  private static final long MAX_BYTES_PER_SECOND = 32 * 1024 * 1024;

  /// When the bytes dropped so far are due at that rate.
  private static final AtomicLong PACE = new AtomicLong(System.nanoTime());

  /// Shorter waits are not worth a thread switch.
  private static final Duration MIN_WAIT = Duration.ofMillis(2);

  /// Reading a body of up to this size is cheaper than a new connection.
  private static final int MAX_SHORT_BYTES = 64 * 1024;

  LingeringClose() {
    super(true);
  }

  /// Whether to close the connection instead of reading the body to its end. A client that sent an
  /// Expect header may never send the body (RFC 9110 section 10.1.1).
  static boolean isNeeded(HttpServletRequest request) {
    long length = request.getContentLengthLong();
    return length < 0 || length > MAX_SHORT_BYTES || request.getHeader("Expect") != null;
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    getNext().invoke(request, response);
    int status = response.getStatus();
    // A client that timed out has nothing to send that must be read.
    if (status == HttpServletResponse.SC_SWITCHING_PROTOCOLS
        || status == HttpServletResponse.SC_REQUEST_TIMEOUT
        || request.getCoyoteRequest().isFinished()) {
      return;
    }
    Duration atMost =
        status == HttpServletResponse.SC_UNAUTHORIZED ? MAX_TIME_OF_STRANGERS : MAX_TIME;
    // Also limits unsolicited bytes: Tomcat would read them to their end and only limit the pause
    // between two of them.
    Connection connection = Connection.of(request.getCoyoteRequest());
    if (connection != null) {
      connection.lingers(atMost);
    }
    try {
      response.finishResponse();
      drop(request.getCoyoteRequest(), atMost);
    } catch (IOException gone) {
      LOG.debug("the client closed first: {}", gone.toString());
    }
  }

  private static void drop(org.apache.coyote.Request body, Duration atMost) throws IOException {
    long until = System.nanoTime() + atMost.toNanos();
    Dropped dropped = new Dropped();
    try {
      while (System.nanoTime() < until) {
        int count = body.doRead(dropped);
        if (count < 0) {
          return;
        }
        keepPace(count);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void keepPace(int bytes) throws InterruptedException {
    long now = System.nanoTime();
    long nanos = bytes * TimeUnit.SECONDS.toNanos(1) / MAX_BYTES_PER_SECOND;
    long wait = PACE.updateAndGet(at -> Math.max(at, now) + nanos) - now;
    if (wait > MIN_WAIT.toNanos()) {
      Thread.sleep(Duration.ofNanos(Math.min(wait, MAX_TIME.toNanos())));
    }
  }

  /// Receives chunks and drops them.
  private static final class Dropped implements ApplicationBufferHandler {
    private ByteBuffer piece = ByteBuffer.allocate(0);

    @Override
    public void setByteBuffer(ByteBuffer buffer) {
      piece = buffer;
    }

    @Override
    public ByteBuffer getByteBuffer() {
      return piece;
    }

    @Override
    public void expand(int size) {
      // Chunks keep their size.
    }
  }
}
