package parley.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens connections and keeps track of them, so that all of them can be aborted at once when the
/// server hangs.
final class TrackingDataSource extends AbstractDataSource {
  private static final Logger LOG = LoggerFactory.getLogger(TrackingDataSource.class);

  private final String url;
  private final Properties driver;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();

  /// @param driver the JDBC driver's properties without `url`; properties in the URL take
  ///   precedence
  TrackingDataSource(String url, Properties driver) {
    this.url = url;
    this.driver = driver;
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection opened = DriverManager.getConnection(url, driver);
    open.removeIf(TrackingDataSource::isClosed);
    open.add(opened);
    return opened;
  }

  /// Returns a source for the same server without a statement timeout; [#abortAll] does not affect
  /// its connections.
  DataSource withoutTimeout() {
    return with("socketTimeout", 0);
  }

  DataSource withLoginTimeout(Duration timeout) {
    return with("loginTimeout", timeout.toSeconds());
  }

  private DataSource with(String property, long value) {
    Properties changed = new Properties();
    changed.putAll(driver);
    changed.setProperty(property, String.valueOf(value));
    return new TrackingDataSource(url, changed);
  }

  /// Aborts every open connection; threads blocked in one get an SQLException.
  void abortAll() {
    for (Connection connection : open) {
      abort(connection);
    }
    open.clear();
  }

  static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("cannot abort a connection: {}", e.toString());
    }
  }

  private static boolean isClosed(Connection connection) {
    try {
      return connection.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }
}
