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

/// Tomcat's connector, which takes more at once from clients that send fast.
///
/// Tomcat reads at most one buffer of 8 KiB from a socket, and waits for each that is not there yet
/// in another thread: for a large upload over a fast network that costs as much as hashing and
/// writing it. Buffers that are always large would cost their memory for every idle connection. So
/// a connection gets large ones when a request on it has proved fast, and keeps them until it ends.
final class HttpProtocol extends Http11NioProtocol {
  /// Processor seconds for each GiB, measured for reads of 8, 32, 64 and 128 KiB: 2.5, 2.0, 1.8,
  /// 1.5; a bare loop that reads, hashes and writes needs 1.4.
  private static final int LARGE_BYTES = 128 * 1024;

  /// nginx cuts off who does not read for 60 s (`send_timeout`), Apache alike (`Timeout`); a pause
  /// of just so long is not to fail.
  private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(70);

  private static final Duration ANONYMOUS_WRITE_TIMEOUT = Duration.ofSeconds(15);

  /// Where a request finds the connection that it came over; Tomcat uses the first notes itself.
  private static final int NOTE = 7;

  private static final Pattern UNDERSCORED =
      Pattern.compile("([A-Za-z0-9.-]*_[A-Za-z0-9._-]*)(?::([0-9]{0,4}|[1-5][0-9]{4}))?");

  private static final String ATTRIBUTE = "parley.web.transport";

  /// @param open where connections are admitted
  /// @param largeBuffers how many may have large buffers, three each; others go on with small ones
  HttpProtocol(ConnectionLimiter connections, int largeBuffers) {
    super(new Endpoint(connections, new Semaphore(largeBuffers)));
  }

  /// A request's body, as far as its reader helps to find out how fast it comes.
  static final class Transport {
    private final org.apache.coyote.Request request;

    private Transport(org.apache.coyote.Request request) {
      this.request = request;
    }

    /// Takes more at once from here on, if there is room for that. To be called between two reads.
    void enlargeBuffers() {
      if (request.getNote(NOTE) instanceof SocketWrapperBase<?> socket
          && socket.getSocket() instanceof Channel channel
          && channel.enlarge()
          && request.getInputBuffer() instanceof Http11InputBuffer input) {
        enlarge(input);
      }
    }

    /// Lets the client pause between two reads of the answer as long as other servers do.
    void allowSlowReader() {
      if (request.getNote(NOTE) instanceof SocketWrapperBase<?> socket) {
        socket.setWriteTimeout(WRITE_TIMEOUT.toMillis());
      }
    }

    /// The connection it comes over; null where it comes over none of ours.
    @Nullable Connection connection() {
      return Connection.of(request);
    }

    /// Watches over what goes out by itself from here on: the connection breaks when the use's key
    /// ends. The use is closed with the next request on the connection, or with the connection.
    void closeAtEndOf(KeyWatch.Use use) {
      if (request.getNote(NOTE) instanceof SocketWrapperBase<?> socket
          && socket.getSocket() instanceof Channel channel) {
        channel.setUse(use);
        use.atEnd(socket::close);
      } else {
        use.close();
      }
    }

    /// The headers stay where they are; what is not read yet comes along.
    private static void enlarge(Http11InputBuffer input) {
      ByteBuffer usual = input.getByteBuffer();
      if (usual.capacity() < LARGE_BYTES) {
        ByteBuffer large = ByteBuffer.allocate(usual.capacity() + LARGE_BYTES);
        large.put(0, usual, 0, usual.limit()).limit(usual.limit()).position(usual.position());
        input.setByteBuffer(large);
      }
    }
  }

  /// The body of a request that came through [TransportValve].
  static Transport transport(HttpServletRequest request) {
    return Objects.requireNonNull((Transport) request.getAttribute(ATTRIBUTE));
  }

  @Override
  protected Processor createProcessor() {
    return new ConnectionProcessor(this, getAdapter());
  }

  private static final class Endpoint extends NioEndpoint {
    private final ConnectionLimiter connections;
    private final Semaphore largeBuffers;

    Endpoint(ConnectionLimiter connections, Semaphore largeBuffers) {
      this.connections = connections;
      this.largeBuffers = largeBuffers;
    }

    /// Called for each socket that was accepted.
    @Override
    protected boolean setSocketOptions(SocketChannel socket) {
      try {
        if (connections.admit(socket) != null) {
          boolean started = super.setSocketOptions(socket);
          if (!started) {
            connections.ended(socket);
          }
          return started;
        }
      } catch (IOException gone) {
        getLog().debug("a client went at once", gone);
      }
      destroySocket(socket);
      // It is closed already.
      return true;
    }

    @Override
    protected NioChannel createChannel(SocketBufferHandler buffers) {
      return new Channel(buffers, largeBuffers, connections);
    }
  }

  /// A connection's socket with its buffers. Used for one connection: there is no pool of them.
  private static final class Channel extends NioChannel {
    private final Semaphore largeBuffers;
    private final ConnectionLimiter connections;
    private @Nullable Connection connection;
    private boolean large;
    private KeyWatch.@Nullable Use use;

    Channel(SocketBufferHandler buffers, Semaphore largeBuffers, ConnectionLimiter connections) {
      super(buffers);
      this.largeBuffers = largeBuffers;
      this.connections = connections;
    }

    synchronized @Nullable Connection connection() {
      return connection;
    }

    @Override
    public void close() throws IOException {
      SocketChannel socket = getIOChannel();
      if (socket != null) {
        connections.ended(socket);
      }
      super.close();
    }

    synchronized boolean enlarge() {
      if (!large && largeBuffers.tryAcquire()) {
        large = true;
        // Tomcat reads at most the capacity of this one, though straight into another.
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

    /// Begins a connection, or ends it when there is no socket.
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

    /// Also names with an underscore, which the names of containers and services may have; Tomcat
    /// goes by RFC 1123, which knows none.
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

  /// Gives a request its body; its head has come.
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
        // Clients without a token may not read slowly.
        socket.setWriteTimeout(ANONYMOUS_WRITE_TIMEOUT.toMillis());
      }
      getNext().invoke(request, response);
    }
  }
}
