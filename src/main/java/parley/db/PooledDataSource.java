package parley.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import javax.sql.DataSource;
import parley.peers.Peer;

/// Gives connections of a pool to callers. One whose connections are all in use is waited for as
/// long as the database answers: many who come at once are served one after the other, and only one
/// that is away is told as that.
final class PooledDataSource extends AbstractDataSource {
  /// The longest that a caller waits for a pool that others keep busy.
  private static final Duration MAX_WAIT = Duration.ofSeconds(30);

  private final DataSource pool;
  private final Peer database;

  /// @param pool throws after a second or so when it has no connection to give
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
