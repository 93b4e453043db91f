package parley.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.peers.Peer;

/// Asks the database for nothing at all, over a connection of its own: those of the pool may all be
/// in use.
final class DatabaseProbe implements Peer.Probe, AutoCloseable {
  /// The server lives when it says that it is full: `too_many_connections`.
  private static final Set<String> ALIVE = Set.of("53300");

  private final TrackingDataSource connections;
  private @Nullable Connection connection;

  DatabaseProbe(TrackingDataSource connections) {
    this.connections = connections;
  }

  @Override
  public synchronized void run() throws SQLException {
    try {
      Connection open = connected();
      open.setNetworkTimeout(Runnable::run, (int) Peer.MAX_WAIT.toMillis());
      try (Statement statement = open.createStatement()) {
        statement.execute("select 1");
      }
    } catch (SQLException e) {
      close();
      if (!ALIVE.contains(String.valueOf(e.getSQLState()))) {
        throw e;
      }
    }
  }

  private Connection connected() throws SQLException {
    Connection open = connection;
    if (open == null || open.isClosed()) {
      open = connections.getConnection();
      connection = open;
    }
    return open;
  }

  @Override
  public synchronized void close() {
    if (connection != null) {
      TrackingDataSource.breakOff(connection);
      connection = null;
    }
  }
}
