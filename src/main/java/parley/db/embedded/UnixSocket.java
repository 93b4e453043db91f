package parley.db.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A Unix domain socket as a [Socket], as far as a JDBC driver needs one.
///
/// The JDK's own channel has no read timeout and closes when a thread blocked in it is interrupted.
/// So this channel is non-blocking and threads wait in a selector, which releases the carrier of a
/// virtual thread. An interrupt does not abort a read or write: the thread stays interrupted and
/// the connection stays intact. The read timeout also applies to writes, since a server that hangs
/// stops reading.
final class UnixSocket extends Socket {
  /// The driver sizes its own buffer by this; the kernel manages those of the socket.
  private static final int BUFFER_BYTES = 64 * 1024;

  private final String path;
  private final Object closing = new Object();
  private volatile @Nullable SocketChannel channel;
  private volatile @Nullable Readiness readable;
  private volatile @Nullable Readiness writable;
  private volatile boolean closed;
  private volatile int timeoutMillis;

  UnixSocket(String path) throws SocketException {
    super((SocketImpl) null);
    this.path = path;
  }

  /// Waits until the channel is readable, or until it is writable.
  private static final class Readiness {
    private final Selector selector;

    Readiness(SocketChannel channel, int operation) throws IOException {
      selector = channel.provider().openSelector();
      channel.register(selector, operation);
    }

    /// Waits until the channel is ready or closed, at most `millis` milliseconds; 0 means no limit.
    void await(long millis) throws IOException {
      selector.select(_ -> {}, millis);
    }

    void close() throws IOException {
      selector.close();
    }
  }

  /// Connects to the path, ignoring the endpoint and the timeout: a connection is established at
  /// once or refused, even by a hanging server whose queue is full.
  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    synchronized (closing) {
      if (closed) {
        throw new SocketException("the socket is closed");
      }
      if (channel != null) {
        throw new SocketException("the socket is already connected");
      }
      SocketChannel opened = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        // A blocking connect would wait indefinitely for room in the server's queue.
        opened.configureBlocking(false);
        if (!opened.connect(UnixDomainSocketAddress.of(path))) {
          throw new SocketException("the server accepts no connections");
        }
        readable = new Readiness(opened, SelectionKey.OP_READ);
        writable = new Readiness(opened, SelectionKey.OP_WRITE);
        channel = opened;
      } catch (IOException | RuntimeException refused) {
        opened.close();
        closeSelectors();
        throw refused;
      }
    }
  }

  /// A non-blocking read or write.
  private interface Transfer {
    /// Returns 0 when the channel is not ready.
    int run(SocketChannel channel) throws IOException;
  }

  private int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
    return transfer(channel -> channel.read(buffer), readable);
  }

  private void write(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
    int _ =
        transfer(
            channel -> {
              channel.write(buffer);
              return buffer.hasRemaining() ? 0 : 1;
            },
            writable);
  }

  private int transfer(Transfer transfer, @Nullable Readiness readiness) throws IOException {
    SocketChannel open = connected();
    long started = System.nanoTime();
    long limit = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    boolean interrupted = false;
    try {
      while (true) {
        int result = transfer.run(open);
        if (result != 0) {
          return result;
        }
        long left = limit - (System.nanoTime() - started);
        if (limit > 0 && left <= 0) {
          throw new SocketTimeoutException("timed out after " + timeoutMillis + " ms");
        }
        Objects.requireNonNull(readiness)
            .await(limit == 0 ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
        // A pending interrupt would make the next wait return at once, over and over.
        interrupted |= Thread.interrupted();
      }
    } catch (ClosedChannelException | ClosedSelectorException _) {
      throw new SocketException("the socket is closed");
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private SocketChannel connected() throws IOException {
    SocketChannel open = channel;
    if (open == null) {
      throw new SocketException("the socket is not connected");
    }
    return open;
  }

  /// Closes the socket; threads blocked in it get a [SocketException].
  @Override
  public void close() throws IOException {
    synchronized (closing) {
      closed = true;
      SocketChannel open = channel;
      if (open != null) {
        open.close();
      }
      // Wakes blocked threads and releases the channel's descriptor, which the selectors hold.
      closeSelectors();
    }
  }

  private void closeSelectors() throws IOException {
    Readiness reading = readable;
    if (reading != null) {
      reading.close();
    }
    Readiness writing = writable;
    if (writing != null) {
      writing.close();
    }
  }

  @Override
  public InputStream getInputStream() throws IOException {
    connected();
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return UnixSocket.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        return UnixSocket.this.read(bytes, offset, length);
      }
    };
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    connected();
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        UnixSocket.this.write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        UnixSocket.this.write(bytes, offset, length);
      }
    };
  }

  @Override
  public void shutdownOutput() throws IOException {
    connected().shutdownOutput();
  }

  @Override
  public boolean isConnected() {
    return channel != null;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void setSoTimeout(int millis) {
    if (millis < 0) {
      throw new IllegalArgumentException("the timeout must not be negative");
    }
    timeoutMillis = millis;
  }

  @Override
  public int getSoTimeout() {
    return timeoutMillis;
  }

  @Override
  public int getSendBufferSize() {
    return BUFFER_BYTES;
  }

  @Override
  public int getReceiveBufferSize() {
    return BUFFER_BYTES;
  }

  // The driver sets TCP options, which have no meaning here and must not fail.

  @Override
  public void setSendBufferSize(int bytes) {}

  @Override
  public void setReceiveBufferSize(int bytes) {}

  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public boolean getTcpNoDelay() {
    return true;
  }

  @Override
  public void setKeepAlive(boolean on) {}

  @Override
  public boolean getKeepAlive() {
    return false;
  }

  @Override
  public String toString() {
    return "UnixSocket[" + path + "]";
  }
}
