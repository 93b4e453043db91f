package parley.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The connections to PostgreSQL and the one way to run SQL: inside [#inTransaction].
public final class Database implements AutoCloseable {
  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private final String url;
  private final Properties driver;

  private Database(HikariDataSource pool, String url, Properties driver) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
    this.url = url;
    this.driver = driver;
  }

  /// Connects with the JDBC driver's own properties (`url` among them) and at most `connections`
  /// connections. The caller closes it.
  public static Database open(Properties driver, int connections) {
    Properties properties = new Properties();
    properties.putAll(driver);
    HikariConfig config = new HikariConfig();
    String url = String.valueOf(properties.remove("url"));
    config.setJdbcUrl(url);
    config.setDataSourceProperties(properties);
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(Math.min(2, connections));
    config.setPoolName("database");
    config.setAutoCommit(true);
    return new Database(new HikariDataSource(config), url, properties);
  }

  /// Brings the schema to this program's version; forward only. Safe when several nodes start at
  /// once.
  public void migrate() {
    Flyway.configure().dataSource(pool).locations("classpath:db/migration").load().migrate();
  }

  /// Runs the work in one transaction, which is committed when the work returns and rolled back
  /// when it throws.
  public <T> T inTransaction(Function<Handle, T> work) {
    return jdbi.inTransaction(transaction -> {
      T result = work.apply(transaction);
      transaction.getConfig(LastSteps.class).run(transaction);
      return result;
    });
  }

  /// As [#inTransaction], for work that answers nothing.
  public void useTransaction(Consumer<Handle> work) {
    inTransaction(transaction -> {
      work.accept(transaction);
      return true;
    });
  }

  /// Has a step run as one of the last of the transaction, right before it commits: for what takes
  /// a lock that everybody wants, and that must be neither held for long nor waited for while
  /// others are still to be taken. Steps run in the order in which they were given.
  public static void beforeCommit(Handle transaction, Consumer<Handle> step) {
    transaction.getConfig(LastSteps.class).add(step);
  }

  /// A connection beyond those of the pool, for what lasts as long as the process. The caller
  /// closes it.
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url, driver);
  }

  /// The pool itself, for libraries that manage their own statements.
  public DataSource pool() {
    return pool;
  }

  @Override
  public void close() {
    pool.close();
  }
}
