package parley.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import parley.peers.Peer;

/// Blocks while the database is unavailable, then takes a connection from another source. For
/// background work, which has no caller to report an outage to.
final class BlockingDataSource extends AbstractDataSource {
  private final DataSource source;
  private final Peer database;
  private final Duration maxWait;

  BlockingDataSource(DataSource source, Peer database, Duration maxWait) {
    this.source = source;
    this.database = database;
    this.maxWait = maxWait;
  }

  @Override
  public Connection getConnection() throws SQLException {
    try {
      if (!database.awaitAvailable(maxWait)) {
        throw new SQLException("the database does not answer", "08001");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while the database was away", "08001", e);
    }
    return source.getConnection();
  }
}
