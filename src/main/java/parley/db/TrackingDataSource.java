package parley.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.slf4j.LoggerFactory;

/// Opens connections and knows those that are open, so that all of them can be broken at once when
/// the server behind them stands still.
final class TrackingDataSource extends AbstractDataSource {
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(TrackingDataSource.class);

  private final String url;
  private final Properties driver;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();

  /// @param driver the JDBC driver's own properties without `url`; those in the address go before
  ///   them
  TrackingDataSource(String url, Properties driver) {
    this.url = url;
    this.driver = driver;
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection opened = DriverManager.getConnection(url, driver);
    open.removeIf(TrackingDataSource::isOver);
    open.add(opened);
    return opened;
  }

  /// The same server without a limit on how long a statement may take, and out of [#breakAll]'s
  /// reach.
  DataSource withoutTimeout() {
    return with("socketTimeout", 0);
  }

  /// The same server, where a connection may take so long.
  DataSource withLoginTimeout(Duration timeout) {
    return with("loginTimeout", timeout.toSeconds());
  }

  private DataSource with(String property, long value) {
    Properties changed = new Properties();
    changed.putAll(driver);
    changed.setProperty(property, String.valueOf(value));
    return new TrackingDataSource(url, changed);
  }

  /// Breaks every connection; whoever waits in one gets an SQLException.
  void breakAll() {
    for (Connection connection : open) {
      breakOff(connection);
    }
    open.clear();
  }

  static void breakOff(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("cannot abort: {}", e.toString());
    }
  }

  private static boolean isOver(Connection connection) {
    try {
      return connection.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }
}
