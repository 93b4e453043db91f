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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Short messages between the nodes on one database, by PostgreSQL's LISTEN and NOTIFY.
///
/// A signal may get lost when a connection breaks: it only says that looking is worth it, and
/// whoever listens has to look by itself now and then.
public final class Signals implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  /// How long to listen before the connection is tried out.
  private static final Duration TRIED_OUT_EVERY = Duration.ofSeconds(15);

  private static final Duration BEFORE_RECONNECTING = Duration.ofSeconds(1);
  private static final int ANSWER_MILLIS = 10_000;

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

  /// Has the listener called, one call at a time, with each signal's payload. To be called before
  /// [#start]; those of one channel are called one after the other.
  ///
  /// @param channel a plain lower-case SQL name
  public void listen(String channel, Consumer<String> listener) {
    if (!channel.matches("[a-z_]+")) {
      throw new IllegalArgumentException(channel);
    }
    listeners.merge(channel, listener, Consumer::andThen);
  }

  /// Begins to listen and to send.
  public void start() {
    listening = Thread.ofVirtual().name("signals-in").start(this::listenAll);
    sending = Thread.ofVirtual().name("signals-out").start(this::sendAll);
  }

  /// Signals to all nodes, this one included, once the transaction has committed.
  ///
  /// PostgreSQL lets only one such transaction of the whole server commit at a time, so this is for
  /// what is rare.
  ///
  /// @param payload of less than 8,000 bytes
  public static void send(Handle transaction, String channel, String payload) {
    transaction
        .createQuery("select pg_notify(:channel, :payload)")
        .bind("channel", channel)
        .bind("payload", payload)
        .mapToMap()
        .one();
  }

  /// Signals to all nodes, this one included, soon and outside of any transaction. What is
  /// signalled twice meanwhile is sent once.
  public void sendSoon(String channel, String payload) {
    toSend.add(new Signal(channel, payload));
  }

  @Override
  public void close() {
    closed = true;
    synchronized (connecting) {
      abort(connection);
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
          // Those who listen look by themselves, too.
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
              LOG.debug("the connection that listens is made again when the database is back");
            } else {
              LOG.warn("the connection that listens broke and is made again: {}", e.toString());
            }
            TimeUnit.MILLISECONDS.sleep(BEFORE_RECONNECTING.toMillis());
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
        abort(opened);
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
        PGNotification[] signals = source.getNotifications((int) TRIED_OUT_EVERY.toMillis());
        if (signals == null || signals.length == 0) {
          tryOut(opened, statement);
          continue;
        }
        for (PGNotification signal : signals) {
          deliver(signal);
        }
      }
    }
  }

  /// A peer that went without a word is noticed only by asking it.
  private static void tryOut(Connection opened, Statement statement) throws SQLException {
    opened.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
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

  private static void abort(@Nullable Connection connection) {
    if (connection != null) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.debug("cannot abort: {}", e.toString());
      }
    }
  }
}
