package parley.db;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.postgresql.util.PSQLState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The first connection of a process, which shows that the database can be used.
final class FirstConnection {
  private static final Logger LOG = LoggerFactory.getLogger(FirstConnection.class);

  /// It loads the driver, which takes seconds on a busy machine.
  static final Duration ATTEMPT = Duration.ofSeconds(30);

  /// As long as a PostgreSQL of our own is given to start.
  private static final Duration LIMIT = Duration.ofMinutes(30);

  /// PostgreSQL's code of a server that is starting up or recovering.
  private static final String CANNOT_CONNECT_NOW = "57P03";

  private FirstConnection() {}

  /// Opens it and closes it again. What does not answer is tried again while it is alive.
  ///
  /// @param attempt how long one attempt may take
  /// @param alive whether the server is a process of ours that runs
  /// @throws IOException with a message for the operator if no connection can be opened
  static void open(TrackingDataSource source, Duration attempt, BooleanSupplier alive)
      throws IOException {
    long start = System.nanoTime();
    while (true) {
      try {
        source.withLoginTimeout(attempt).getConnection().close();
        return;
      } catch (SQLException refused) {
        Duration waited = Duration.ofNanos(System.nanoTime() - start);
        if (!isSlow(refused) || waited.compareTo(LIMIT) > 0 || !alive.getAsBoolean()) {
          throw new IOException("cannot connect to the database: " + refused.getMessage(), refused);
        }
        LOG.info("PostgreSQL runs, but has not answered for {} s", waited.toSeconds());
      }
    }
  }

  private static boolean isSlow(SQLException refused) {
    return PSQLState.isConnectionError(refused.getSQLState())
        || CANNOT_CONNECT_NOW.equals(refused.getSQLState());
  }
}
