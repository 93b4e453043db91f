package parley.web;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
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
final class FastSenders extends Http11NioProtocol {
  /// Processor seconds for each GiB, measured for reads of 8, 32, 64 and 128 KiB: 2.5, 2.0, 1.8,
  /// 1.5; a bare loop that reads, hashes and writes needs 1.4.
  private static final int LARGE_BYTES = 128 * 1024;

  /// Bounds the memory, at three large buffers each. Others go on with small ones.
  private static final int MOST_LARGE = 32;

  /// Where a request finds the connection that it came over; Tomcat uses the first notes itself.
  private static final int NOTE = 7;

  private static final String ATTRIBUTE = "parley.web.body";

  FastSenders() {
    super(new Endpoint(new Semaphore(MOST_LARGE)));
  }

  /// A request's body, as far as its reader helps to find out how fast it comes.
  static final class Body {
    private final org.apache.coyote.Request request;

    private Body(org.apache.coyote.Request request) {
      this.request = request;
    }

    /// Takes more at once from here on, if there is room for that. To be called between two reads.
    void comesFast() {
      if (request.getNote(NOTE) instanceof SocketWrapperBase<?> socket
          && socket.getSocket() instanceof Channel channel
          && channel.enlarge()
          && request.getInputBuffer() instanceof Http11InputBuffer input) {
        enlarge(input);
      }
    }

    /// Watches over what goes out by itself from here on: the connection breaks when the use's key
    /// ends. The use is closed with the next request on the connection, or with the connection.
    void watchSending(KeyWatch.Use use) {
      if (request.getNote(NOTE) instanceof SocketWrapperBase<?> socket
          && socket.getSocket() instanceof Channel channel) {
        channel.sending(use);
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

  /// The body of a request that came through [Naming].
  static Body body(HttpServletRequest request) {
    return Objects.requireNonNull((Body) request.getAttribute(ATTRIBUTE));
  }

  @Override
  protected Processor createProcessor() {
    return new RememberingProcessor(this, getAdapter());
  }

  private static final class Endpoint extends NioEndpoint {
    private final Semaphore room;

    Endpoint(Semaphore room) {
      this.room = room;
    }

    @Override
    protected NioChannel createChannel(SocketBufferHandler buffers) {
      return new Channel(buffers, room);
    }
  }

  /// A connection's socket with its buffers. Used for one connection: there is no pool of them.
  private static final class Channel extends NioChannel {
    private final Semaphore room;
    private boolean large;
    private KeyWatch.@Nullable Use sending;

    Channel(SocketBufferHandler buffers, Semaphore room) {
      super(buffers);
      this.room = room;
    }

    synchronized boolean enlarge() {
      if (!large && room.tryAcquire()) {
        large = true;
        // Tomcat reads at most the capacity of this one, though straight into another.
        getBufHandler().expand(LARGE_BYTES);
      }
      return large;
    }

    synchronized void sending(KeyWatch.@Nullable Use use) {
      if (sending != null) {
        sending.close();
      }
      sending = use;
    }

    /// Begins a connection, or ends it when there is no socket.
    @Override
    public synchronized void reset(
        @Nullable SocketChannel socket, NioEndpoint.@Nullable NioSocketWrapper wrapper)
        throws IOException {
      super.reset(socket, wrapper);
      sending(null);
      if (large) {
        large = false;
        room.release();
      }
    }
  }

  private static final class RememberingProcessor extends Http11Processor {
    RememberingProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter) {
      super(protocol, adapter);
    }

    @Override
    public SocketState service(SocketWrapperBase<?> socket) throws IOException {
      request.setNote(NOTE, socket);
      if (socket.getSocket() instanceof Channel channel) {
        channel.sending(null);
      }
      return super.service(socket);
    }
  }

  /// Gives a request its body.
  static final class Naming extends ValveBase {
    Naming() {
      super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
      request.setAttribute(ATTRIBUTE, new Body(request.getCoyoteRequest()));
      getNext().invoke(request, response);
    }
  }
}
