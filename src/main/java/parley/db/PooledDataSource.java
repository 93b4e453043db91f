package parley.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import javax.sql.DataSource;
import parley.peers.Peer;

/// Waits for a free connection of an exhausted pool as long as the database answers, so that a
/// burst of callers is queued and only a real outage is reported as one.
final class PooledDataSource extends AbstractDataSource {
  /// How long a caller waits for an exhausted pool.
  private static final Duration MAX_WAIT = Duration.ofSeconds(30);

  private final DataSource pool;
  private final Peer database;

  /// @param pool throws after about a second if none of its connections is free
  PooledDataSource(DataSource pool, Peer database) {
    this.pool = pool;
    this.database = database;
  }

  @Override
  public Connection getConnection() throws SQLException {
    long began = System.nanoTime();
    while (true) {
      try {
        return pool.getConnection();
      } catch (SQLTransientConnectionException busy) {
        if (database.isAway() || System.nanoTime() - began > MAX_WAIT.toNanos()) {
          throw busy;
        }
      }
    }
  }
}
