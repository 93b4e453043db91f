package parley.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Short messages between the nodes on one database, over PostgreSQL's LISTEN and NOTIFY.
///
/// A signal is a hint and is lost when a connection breaks, so listeners must also poll.
public final class Signals implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  /// How long to listen before checking that the connection still works.
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(15);

  private static final Duration RECONNECT_DELAY = Duration.ofSeconds(1);
  private static final int CHECK_TIMEOUT_MILLIS = 10_000;

  private final Database database;
  private final Map<String, Consumer<String>> listeners = new ConcurrentHashMap<>();
  private final BlockingQueue<Signal> toSend = new LinkedBlockingQueue<>();
  private final Object connecting = new Object();
  private @Nullable Connection connection;
  private volatile boolean closed;
  private @Nullable Thread listening;
  private @Nullable Thread sending;

  private record Signal(String channel, String payload) {}

  public Signals(Database database) {
    this.database = database;
  }

  /// Adds a listener, which is called with the payload of each signal, one signal at a time. Must
  /// be called before [#start]. Listeners of the same channel are called in turn.
  ///
  /// @param channel a lower-case SQL identifier
  public void listen(String channel, Consumer<String> listener) {
    if (!channel.matches("[a-z_]+")) {
      throw new IllegalArgumentException(channel);
    }
    listeners.merge(channel, listener, Consumer::andThen);
  }

  public void start() {
    listening = Thread.ofVirtual().name("signals-in").start(this::listenAll);
    sending = Thread.ofVirtual().name("signals-out").start(this::sendAll);
  }

  /// Sends a signal to all nodes, including this one, when the transaction commits.
  ///
  /// PostgreSQL serializes the commits of such transactions across the whole server, so this is for
  /// rare signals only.
  ///
  /// @param payload less than 8,000 bytes
  public static void send(Handle transaction, String channel, String payload) {
    transaction
        .createQuery("select pg_notify(:channel, :payload)")
        .bindMap(Map.of("channel", channel, "payload", payload))
        .mapToMap()
        .one();
  }

  /// Sends a signal to all nodes, including this one, soon and outside of any transaction.
  /// Duplicates in the queue are sent once.
  public void sendSoon(String channel, String payload) {
    toSend.add(new Signal(channel, payload));
  }

  @Override
  public void close() {
    closed = true;
    synchronized (connecting) {
      if (connection != null) {
        TrackingDataSource.abort(connection);
      }
    }
    try {
      for (Thread thread : new @Nullable Thread[] {listening, sending}) {
        if (thread != null) {
          thread.interrupt();
          thread.join();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sendAll() {
    try {
      while (!closed) {
        Set<Signal> signals = new LinkedHashSet<>();
        signals.add(toSend.take());
        toSend.drainTo(signals);
        try {
          database.useTransaction(transaction ->
              signals.forEach(signal -> send(transaction, signal.channel, signal.payload)));
        } catch (DatabaseUnavailable away) {
          LOG.debug("{} signals were not sent", signals.size());
        } catch (RuntimeException e) {
          // Listeners also poll.
          LOG.warn("{} signals were not sent", signals.size(), e);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void listenAll() {
    try {
      while (!closed) {
        try {
          listen(connected());
        } catch (SQLException | RuntimeException e) {
          if (!closed) {
            if (database.isAway()) {
              LOG.debug("reconnecting the listener when the database is back");
            } else {
              LOG.warn("the listening connection broke, reconnecting: {}", e.toString());
            }
            Thread.sleep(RECONNECT_DELAY);
          }
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private Connection connected() throws SQLException {
    Connection opened = database.connect();
    synchronized (connecting) {
      connection = opened;
      if (closed) {
        TrackingDataSource.abort(opened);
      }
    }
    return opened;
  }

  private void listen(Connection opened) throws SQLException {
    try (opened;
        Statement statement = opened.createStatement()) {
      for (String channel : listeners.keySet()) {
        statement.execute("listen " + channel);
      }
      PGConnection source = opened.unwrap(PGConnection.class);
      while (!closed) {
        PGNotification[] signals = source.getNotifications((int) CHECK_INTERVAL.toMillis());
        if (signals == null || signals.length == 0) {
          check(opened, statement);
          continue;
        }
        for (PGNotification signal : signals) {
          deliver(signal);
        }
      }
    }
  }

  /// Only a query shows that the server vanished without closing the connection.
  private static void check(Connection opened, Statement statement) throws SQLException {
    opened.setNetworkTimeout(Runnable::run, CHECK_TIMEOUT_MILLIS);
    statement.execute("select 1");
    opened.setNetworkTimeout(Runnable::run, 0);
  }

  private void deliver(PGNotification signal) {
    Consumer<String> listener = listeners.get(signal.getName());
    if (listener == null) {
      return;
    }
    try {
      listener.accept(signal.getParameter());
    } catch (RuntimeException e) {
      LOG.error("the listener of {} failed", signal.getName(), e);
    }
  }
}
