package parley.web;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Limits the number of connections, in total and per address. When there are too many, the
/// connections that have waited longest without a complete request are closed, so that nobody can
/// lock out others by holding connections open.
final class ConnectionLimiter implements AutoCloseable {
  private static final Duration CHECK_INTERVAL = Duration.ofMillis(500);

  /// The inverse of the fraction of connections that are given up at a time: choosing them means
  /// examining all.
  private static final int GIVEN_UP_FRACTION = 20;

  private static final int MAX_WAIT_MILLIS = 100;

  private final int max;
  private final int maxOfAddress;
  private final TrustedProxies proxies;
  private final Map<SocketChannel, Connection> open = new ConcurrentHashMap<>();
  private final Map<Object, Integer> byAddress = new HashMap<>();
  private int sum;
  private @Nullable Thread watch;

  /// @param max the maximum number of connections
  /// @param proxies not limited per address, because their connections belong to many clients
  ConnectionLimiter(int max, TrustedProxies proxies) {
    this.max = max;
    // Five eighths, because a thousand people may share an address.
    this.maxOfAddress = Math.max(1, max * 5 / 8);
    this.proxies = proxies;
  }

  /// The maximum number of connections while those given up are being closed.
  int limit() {
    return max + Math.max(8, max / GIVEN_UP_FRACTION);
  }

  void start() {
    watch = Thread.ofPlatform().daemon().name("connection-deadlines").start(this::watch);
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.interrupt();
    }
  }

  /// Admits a connection; returns null if there is no room for it and none can be made.
  @Nullable Connection admit(SocketChannel socket) throws IOException {
    InetSocketAddress peer = (InetSocketAddress) socket.getRemoteAddress();
    Object address = Connection.counted(peer.getAddress());
    boolean ofMany = proxies.include(peer.getAddress());
    if (!ofMany && count(address) >= maxOfAddress) {
      if (!giveUpSome(connection -> connection.address().equals(address), maxOfAddress)) {
        return null;
      }
    } else if (all() >= max) {
      giveUpSome(all -> true, max);
    }
    if (!awaitRoom()) {
      return null;
    }
    Connection connection = new Connection(socket, address);
    open.put(socket, connection);
    count(address, 1);
    return connection;
  }

  /// Connections that were given up close within moments; nobody should be refused because of them.
  private boolean awaitRoom() {
    try {
      for (int tries = 0; open.size() >= limit() && tries < MAX_WAIT_MILLIS; tries++) {
        Thread.sleep(1);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return open.size() < limit();
  }

  /// The connection of an admitted socket.
  @Nullable Connection of(SocketChannel socket) {
    return open.get(socket);
  }

  void ended(SocketChannel socket) {
    Connection connection = open.remove(socket);
    if (connection != null) {
      release(connection);
    }
  }

  /// A connection counts until it ends or is given up.
  private void release(Connection connection) {
    if (connection.isReleasedNow()) {
      count(connection.address(), -1);
    }
  }

  private synchronized int all() {
    return sum;
  }

  private synchronized int count(Object address) {
    return byAddress.getOrDefault(address, 0);
  }

  private synchronized void count(Object address, int more) {
    sum += more;
    byAddress.merge(address, more, (one, other) -> one + other == 0 ? null : one + other);
  }

  /// Gives up the connections that have waited longest; returns whether there were any.
  private boolean giveUpSome(Predicate<Connection> which, int among) {
    record Waiting(Connection connection, int worth, long since) {}
    long now = System.nanoTime();
    List<Waiting> waiting =
        open.values().stream()
            .filter(which)
            .map(connection ->
                new Waiting(connection, connection.worth(now), connection.waitingSince()))
            .filter(found -> found.since != 0)
            .sorted(
                Comparator.comparingInt(Waiting::worth)
                    .thenComparingLong(found -> found.since - now))
            .limit(Math.max(1, among / GIVEN_UP_FRACTION))
            .toList();
    waiting.forEach(found -> {
      found.connection.giveUp();
      release(found.connection);
    });
    return !waiting.isEmpty();
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        long now = System.nanoTime();
        open.values().forEach(connection -> connection.expire(now));
        Thread.sleep(CHECK_INTERVAL);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
