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

/// All connections: no more than the memory is for, and not all of them from one address. Where a
/// new one would be too many, those go that have waited longest without a whole request: who holds
/// connections open keeps nobody out.
final class ConnectionLimiter implements AutoCloseable {
  private static final Duration LOOKED_AT_EVERY = Duration.ofMillis(500);

  /// How many are given up at once when there are too many, as a part of all: looking for them
  /// costs a look at each.
  private static final int GIVEN_UP_AT_ONCE = 20;

  private static final int MAX_WAIT_MILLIS = 100;

  private final int max;
  private final int maxOfAddress;
  private final TrustedProxies proxies;
  private final Map<SocketChannel, Connection> open = new ConcurrentHashMap<>();
  private final Map<Object, Integer> byAddress = new HashMap<>();
  private int sum;
  private @Nullable Thread watch;

  /// @param max how many there may be
  /// @param proxies whose connections are those of many people
  ConnectionLimiter(int max, TrustedProxies proxies) {
    this.max = max;
    // Five of eight: behind one address there may be a thousand people.
    this.maxOfAddress = Math.max(1, max * 5 / 8);
    this.proxies = proxies;
  }

  /// How many there can be for a moment, until those that were given up have ended.
  int limit() {
    return max + Math.max(8, max / GIVEN_UP_AT_ONCE);
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

  /// Takes a connection in; null when there is no room for it and none can be made.
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

  /// Those that were given up end within moments; nobody else is to be refused for them meanwhile.
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

  /// The connection of a socket that was admitted.
  @Nullable Connection of(SocketChannel socket) {
    return open.get(socket);
  }

  void ended(SocketChannel socket) {
    Connection connection = open.remove(socket);
    if (connection != null) {
      release(connection);
    }
  }

  /// Counted until it ends, or is given up, which ends it in a moment.
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

  /// Gives those up that have waited longest; says whether there were any.
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
            .limit(Math.max(1, among / GIVEN_UP_AT_ONCE))
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
        Thread.sleep(LOOKED_AT_EVERY);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
