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

/// Reads on after a client was refused while it was still sending, as nginx does
/// (`lingering_close`).
///
/// Closing at once would make the kernel answer the bytes under way with a reset, on which many
/// clients forget the answer they have not read yet. So what still comes is read and dropped until
/// the client has seen the answer and stops (RFC 9112 section 9.6). This is a valve because a
/// servlet cannot: Tomcat closes its input with the answer.
final class LingeringClose extends ValveBase {
  private static final Logger LOG = LoggerFactory.getLogger(LingeringClose.class);

  /// nginx's own bound (`lingering_time`). A single read may add the connection's timeout to it.
  private static final Duration MAX_TIME = Duration.ofSeconds(30);

  /// For those who have shown no token that holds.
  private static final Duration MAX_TIME_OF_STRANGERS = Duration.ofSeconds(5);

  /// What all such reading together may cost: it is work for nobody, which is not to keep others
  /// from theirs. A refused client on a fast line is told within moments even so.
  private static final long MAX_BYTES_PER_SECOND = 32 * 1024 * 1024;

  /// When what was read so far would have been read at that pace.
  private static final AtomicLong PACE = new AtomicLong(System.nanoTime());

  /// Shorter ones are not worth a switch of threads.
  private static final Duration MIN_WAIT = Duration.ofMillis(2);

  /// A body up to this size is cheaper to read to its end than a new connection.
  private static final int MAX_SHORT_BYTES = 64 * 1024;

  LingeringClose() {
    super(true);
  }

  /// Whether the connection is better given up than read to the end of its body. A client that
  /// waits to be asked for the body must not be believed to send it (RFC 9110 section 10.1.1).
  static boolean isNeeded(HttpServletRequest request) {
    long length = request.getContentLengthLong();
    return length < 0 || length > MAX_SHORT_BYTES || request.getHeader("Expect") != null;
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    getNext().invoke(request, response);
    int status = response.getStatus();
    // A client that was too slow sends nothing that would have to be read.
    if (status == HttpServletResponse.SC_SWITCHING_PROTOCOLS
        || status == HttpServletResponse.SC_REQUEST_TIMEOUT
        || request.getCoyoteRequest().isFinished()) {
      return;
    }
    Duration atMost =
        status == HttpServletResponse.SC_UNAUTHORIZED ? MAX_TIME_OF_STRANGERS : MAX_TIME;
    // Also for what a client sends that nobody asked for: Tomcat would wait for its end with no
    // other bound than a pause between two bytes.
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

  /// Takes the pieces that are read, and keeps none.
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
      // Pieces come as large as they come.
    }
  }
}
