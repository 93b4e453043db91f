package parley.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A proxy between a server and a real service that makes the service fail, for new and for open
/// connections. Its address never changes. The caller closes it.
public final class PeerProxy implements AutoCloseable {
  /// The state of the service.
  public enum Fault {
    NONE,
    /// Nothing listens.
    ABSENT,
    /// Connections are accepted and closed at once.
    REFUSING,
    /// Connections are accepted, but no data moves, as after SIGSTOP.
    FROZEN,
    /// Every chunk is delayed.
    SLOW,
    /// Answers are garbage.
    GARBAGE
  }

  private static final Duration SLOWNESS = Duration.ofMillis(40);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

  private final SocketAddress upstream;
  private final InetSocketAddress address;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private ServerSocketChannel listening;
  private volatile Fault fault = Fault.NONE;
  private volatile boolean closed;

  private PeerProxy(SocketAddress upstream) {
    this.upstream = upstream;
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.any());
    this.listening = listen();
  }

  /// A proxy for an address such as `http://127.0.0.1:8080`.
  public static PeerProxy before(URI upstream) {
    return new PeerProxy(new InetSocketAddress(upstream.getHost(), upstream.getPort()));
  }

  /// A proxy for a Unix socket.
  public static PeerProxy before(Path upstream) {
    return new PeerProxy(UnixDomainSocketAddress.of(upstream));
  }

  public int port() {
    return address.getPort();
  }

  /// Changes the state of the service. Open connections break, except that a frozen service keeps
  /// them open and dead.
  public void set(Fault next) {
    Fault before = fault;
    fault = next;
    if (before == Fault.ABSENT && next != Fault.ABSENT) {
      listening = listen();
    }
    if (next == Fault.ABSENT) {
      close(listening);
    }
    if (next == Fault.ABSENT || next == Fault.REFUSING || next == Fault.GARBAGE) {
      breakAll();
    }
  }

  private ServerSocketChannel listen() {
    try {
      ServerSocketChannel server = ServerSocketChannel.open();
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(address);
      Thread.ofVirtual().start(() -> accept(server));
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocketChannel server) {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException over) {
        return;
      }
    }
  }

  private void serve(SocketChannel client) {
    switch (fault) {
      case REFUSING, ABSENT -> drop(client);
      case GARBAGE -> babble(client);
      case NONE, SLOW, FROZEN -> join(client);
    }
  }

  private void babble(SocketChannel client) {
    try {
      client.read(ByteBuffer.allocate(1));
      client.write(
          ByteBuffer.wrap(
              "\u0001\u0002?? what do you want ??\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1)));
      client.shutdownOutput();
      while (client.read(ByteBuffer.allocate(4096)) >= 0) {
        // Reads all input, so that no TCP reset discards the garbage.
      }
    } catch (IOException gone) {
      // The other side closed the connection.
    }
    drop(client);
  }

  private void join(SocketChannel client) {
    try {
      SocketChannel peer =
          upstream instanceof UnixDomainSocketAddress
              ? SocketChannel.open(StandardProtocolFamily.UNIX)
              : SocketChannel.open();
      open.add(peer);
      peer.connect(upstream);
      Thread.ofVirtual().start(() -> copy(client, peer));
      copy(peer, client);
    } catch (IOException gone) {
      drop(client);
    }
  }

  private void copy(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    try {
      while (from.read(buffer) >= 0) {
        while (fault == Fault.FROZEN && !closed) {
          Thread.sleep(BETWEEN_LOOKS);
        }
        if (fault == Fault.SLOW) {
          Thread.sleep(SLOWNESS);
        }
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException gone) {
      // Closes both sides.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    drop(from);
    drop(to);
  }

  private void breakAll() {
    open.forEach(this::drop);
  }

  private void drop(SocketChannel channel) {
    open.remove(channel);
    close(channel);
  }

  private static void close(Closeable channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    close(listening);
    breakAll();
  }
}
