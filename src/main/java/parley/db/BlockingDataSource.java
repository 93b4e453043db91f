package parley.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import parley.peers.Peer;

/// Gives connections of another source, and waits for a database that is away instead of asking it
/// again and again: for what works in the background and has no one to tell.
final class BlockingDataSource extends AbstractDataSource {
  private final DataSource source;
  private final Peer database;
  private final Duration patience;

  /// @param patience the longest wait at a time
  BlockingDataSource(DataSource source, Peer database, Duration patience) {
    this.source = source;
    this.database = database;
    this.patience = patience;
  }

  @Override
  public Connection getConnection() throws SQLException {
    try {
      if (!database.awaitAnswer(patience)) {
        throw new SQLException("the database does not answer", "08001");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while the database was away", "08001", e);
    }
    return source.getConnection();
  }
}
