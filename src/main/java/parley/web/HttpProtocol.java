package parley.web;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import parley.auth.KeyWatch;

/// Tomcat's HTTP/1.1 protocol with larger reads for fast uploads, limits for connections and slow
/// clients, and responses that end with the caller's key.
///
/// Tomcat reads at most one buffer of 8 KiB from a socket and waits for the next one in another
/// thread, which costs as much for a large upload over a fast network as hashing and writing it.
/// Large buffers for every connection would waste memory on idle ones. So a connection gets large
/// buffers once a request on it has proved to be fast, and keeps them until it ends.
final class HttpProtocol extends Http11NioProtocol {
  /// Processor seconds per GiB, measured for reads of 8, 32, 64 and 128 KiB: 2.5, 2.0, 1.8, 1.5. A
  /// bare loop that reads, hashes and writes needs 1.4.
  private static final int LARGE_BYTES = 128 * 1024;

  /// nginx and Apache disconnect clients that do not read for 60 s (`send_timeout`, `Timeout`).
  /// Allows a little more, so that a pause of exactly that length succeeds.
  private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(70);

  private static final Duration ANONYMOUS_WRITE_TIMEOUT = Duration.ofSeconds(15);

  /// The index of the request note that holds the socket; Tomcat uses the first ones itself.
  private static final int NOTE = 7;

  private static final Pattern UNDERSCORED =
      Pattern.compile("([A-Za-z0-9.-]*_[A-Za-z0-9._-]*)(?::([0-9]{0,4}|[1-5][0-9]{4}))?");

  private static final String ATTRIBUTE = "parley.web.transport";

  /// @param largeBuffers how many connections may have large buffers, three each; others continue
  ///   with small ones
  HttpProtocol(ConnectionLimiter connections, int largeBuffers) {
    super(new Endpoint(connections, new Semaphore(largeBuffers)));
  }

  /// The connection of a request, for its handler.
  static final class Transport {
    private final org.apache.coyote.Request request;

    private Transport(org.apache.coyote.Request request) {
      this.request = request;
    }

    /// Switches to large buffers if any are available. Call this between two reads.
    void enlargeBuffers() {
      if (request.getNote(NOTE) instanceof SocketWrapperBase<?> socket
          && socket.getSocket() instanceof Channel channel
          && channel.enlarge()
          && request.getInputBuffer() instanceof Http11InputBuffer input) {
        enlarge(input);
      }
    }

    /// Lets the client pause between two reads of the response for as long as other servers do.
    void allowSlowReader() {
      if (request.getNote(NOTE) instanceof SocketWrapperBase<?> socket) {
        socket.setWriteTimeout(WRITE_TIMEOUT.toMillis());
      }
    }

    /// The connection; null if it is not one of ours.
    @Nullable Connection connection() {
      return Connection.of(request);
    }

    /// Closes the connection when the use's key ends while the kernel sends a response. Closes the
    /// use with the next request on the connection or with the connection.
    void closeAtEndOf(KeyWatch.Use use) {
      if (request.getNote(NOTE) instanceof SocketWrapperBase<?> socket
          && socket.getSocket() instanceof Channel channel) {
        channel.setUse(use);
        use.atEnd(socket::close);
      } else {
        use.close();
      }
    }

    /// Calls `beforeClose`, which may block, before a close frame of the WebSocket is read.
    void beforeClose(Runnable beforeClose) {
      if (request.getNote(NOTE) instanceof SocketWrapperBase<?> socket
          && socket.getSocket() instanceof Channel channel) {
        channel.gate = new CloseFrameGate(beforeClose);
      }
    }

    /// Calls `end`, which must not block, when the connection has ended.
    void atEnd(Runnable end) {
      if (request.getNote(NOTE) instanceof SocketWrapperBase<?> socket
          && socket.getSocket() instanceof Channel channel) {
        channel.setAtEnd(end);
      }
    }

    /// Keeps the headers and the bytes that are not read yet.
    private static void enlarge(Http11InputBuffer input) {
      ByteBuffer usual = input.getByteBuffer();
      if (usual.capacity() < LARGE_BYTES) {
        ByteBuffer large = ByteBuffer.allocate(usual.capacity() + LARGE_BYTES);
        large.put(0, usual, 0, usual.limit()).limit(usual.limit()).position(usual.position());
        input.setByteBuffer(large);
      }
    }
  }

  /// The connection of a request that passed the [TransportValve].
  static Transport transport(HttpServletRequest request) {
    return Objects.requireNonNull((Transport) request.getAttribute(ATTRIBUTE));
  }

  @Override
  protected Processor createProcessor() {
    return new ConnectionProcessor(this, getAdapter());
  }

  private static final class Endpoint extends NioEndpoint {
    private final ConnectionLimiter limiter;
    private final Semaphore largeBuffers;

    Endpoint(ConnectionLimiter limiter, Semaphore largeBuffers) {
      this.limiter = limiter;
      this.largeBuffers = largeBuffers;
    }

    /// Called for each accepted socket.
    @Override
    protected boolean setSocketOptions(SocketChannel socket) {
      try {
        if (limiter.admit(socket) != null) {
          boolean started = super.setSocketOptions(socket);
          if (!started) {
            limiter.ended(socket);
          }
          return started;
        }
      } catch (IOException gone) {
        getLog().debug("a client disconnected immediately", gone);
      }
      destroySocket(socket);
      // The socket is already closed.
      return true;
    }

    @Override
    protected NioChannel createChannel(SocketBufferHandler buffers) {
      return new Channel(buffers, largeBuffers, limiter);
    }
  }

  /// A connection's socket and buffers. Not reused, because there is no pool of channels.
  private static final class Channel extends NioChannel {
    private final Semaphore largeBuffers;
    private final ConnectionLimiter connections;
    private @Nullable Connection connection;
    private boolean large;
    private KeyWatch.@Nullable Use use;
    private @Nullable Runnable atEnd;
    private volatile @Nullable CloseFrameGate gate;

    Channel(SocketBufferHandler buffers, Semaphore largeBuffers, ConnectionLimiter connections) {
      super(buffers);
      this.largeBuffers = largeBuffers;
      this.connections = connections;
    }

    synchronized @Nullable Connection connection() {
      return connection;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      CloseFrameGate frames = gate;
      return frames == null ? super.read(to) : frames.read(super::read, to);
    }

    @Override
    public void close() throws IOException {
      SocketChannel socket = getIOChannel();
      if (socket != null) {
        connections.ended(socket);
      }
      try {
        super.close();
      } finally {
        end();
      }
    }

    void setAtEnd(Runnable end) {
      synchronized (this) {
        atEnd = end;
      }
      if (!isOpen()) {
        end();
      }
    }

    private void end() {
      Runnable end;
      synchronized (this) {
        end = atEnd;
        atEnd = null;
      }
      if (end != null) {
        end.run();
      }
    }

    synchronized boolean enlarge() {
      if (!large && largeBuffers.tryAcquire()) {
        large = true;
        // Limits how much Tomcat reads at once, although it reads directly into another buffer.
        getBufHandler().expand(LARGE_BYTES);
      }
      return large;
    }

    synchronized void setUse(KeyWatch.@Nullable Use next) {
      if (use != null) {
        use.close();
      }
      use = next;
    }

    /// Starts a connection, or ends it if there is no socket.
    @Override
    public synchronized void reset(
        @Nullable SocketChannel socket, NioEndpoint.@Nullable NioSocketWrapper wrapper)
        throws IOException {
      super.reset(socket, wrapper);
      connection = socket == null ? null : connections.of(socket);
      setUse(null);
      if (large) {
        large = false;
        largeBuffers.release();
      }
    }
  }

  private static final class ConnectionProcessor extends Http11Processor {
    ConnectionProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter) {
      super(protocol, adapter);
    }

    /// Also accepts host names with underscores, as containers and services may have; Tomcat
    /// follows RFC 1123, which forbids them.
    @Override
    protected void parseHost(@Nullable MessageBytes host) {
      Matcher name = UNDERSCORED.matcher(host == null || host.isNull() ? "" : host.toString());
      if (name.matches()) {
        request.serverName().setString(name.group(1));
        String port = name.group(2);
        request.setServerPort(port == null || port.isEmpty() ? 80 : Integer.parseInt(port));
      } else {
        super.parseHost(host);
      }
    }

    @Override
    public SocketState service(SocketWrapperBase<?> socket) throws IOException {
      request.setNote(NOTE, socket);
      if (!(socket.getSocket() instanceof Channel channel)) {
        return super.service(socket);
      }
      channel.setUse(null);
      Connection connection = channel.connection();
      if (connection == null) {
        return super.service(socket);
      }
      connection.carries(request);
      SocketState state = super.service(socket);
      if (state == SocketState.LONG) {
        connection.headPending();
      } else if (state == SocketState.OPEN) {
        connection.idle();
      }
      return state;
    }
  }

  /// Attaches the transport to a request whose head is complete.
  static final class TransportValve extends ValveBase {
    TransportValve() {
      super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
      org.apache.coyote.Request coyote = request.getCoyoteRequest();
      request.setAttribute(ATTRIBUTE, new Transport(coyote));
      Connection connection = Connection.of(coyote);
      if (connection != null) {
        connection.answering();
      }
      if (coyote.getNote(NOTE) instanceof SocketWrapperBase<?> socket) {
        // Anonymous clients must read quickly.
        socket.setWriteTimeout(ANONYMOUS_WRITE_TIMEOUT.toMillis());
      }
      getNext().invoke(request, response);
    }
  }
}
