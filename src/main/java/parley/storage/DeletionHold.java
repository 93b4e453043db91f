package parley.storage;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jdbi.v3.core.Handle;
import parley.db.Database;

/// Keeps the bytes of every blob in the store while a backup copies them, on all nodes. Rows and
/// references may go meanwhile; their bytes follow once the hold is closed.
///
/// The hold is a lock of a database session, so it ends with the process that took it, however that
/// process ends.
public final class DeletionHold implements AutoCloseable {
  /// Keys of PostgreSQL's advisory locks, arbitrary but fixed. One admits a single backup at a
  /// time; the other is shared by those who delete.
  private static final long BACKUP = 7_016_390_412_051_001L;

  private static final long DELETIONS = 7_016_390_412_051_002L;

  private final Connection session;

  private DeletionHold(Connection session) {
    this.session = session;
  }

  /// Waits for deletions in progress, then keeps further ones from starting.
  ///
  /// @throws IOException with a message for the operator if another backup is running or the
  ///   database does not answer
  public static DeletionHold take(Database database) throws IOException {
    try {
      DeletionHold hold = new DeletionHold(database.connect());
      try {
        if (!hold.query("select pg_try_advisory_lock(" + BACKUP + ")")) {
          throw new IOException("another backup is running");
        }
        hold.query("select pg_advisory_lock(" + DELETIONS + ") is not null");
        return hold;
      } catch (IOException | SQLException | RuntimeException refused) {
        hold.close();
        throw refused;
      }
    } catch (SQLException failure) {
      throw new IOException("cannot hold deletions: " + failure.getMessage(), failure);
    }
  }

  /// Whether bytes may be deleted in this transaction; then no hold begins before it ends.
  static boolean permitsDeletion(Handle transaction) {
    return BlobTable.tryShare(transaction, DELETIONS);
  }

  /// Checks that the hold has lasted until now.
  ///
  /// @throws IOException if the session has ended, so that bytes may have been deleted
  public void verify() throws IOException {
    try {
      query("select true");
    } catch (SQLException lost) {
      throw new IOException(
          "the connection to the database broke, so files may have been deleted meanwhile: "
              + lost.getMessage(),
          lost);
    }
  }

  private boolean query(String sql) throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() && row.getBoolean(1);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      session.close();
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }
}
