package parley.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import parley.peers.Peer;

/// Checks that the database answers, over a dedicated connection because the pool may be exhausted.
final class DatabaseProbe implements Peer.Probe, AutoCloseable {
  /// A server that refuses further connections is alive.
  private static final String TOO_MANY_CONNECTIONS = "53300";

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
      if (!TOO_MANY_CONNECTIONS.equals(e.getSQLState())) {
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
      TrackingDataSource.abort(connection);
      connection = null;
    }
  }
}
