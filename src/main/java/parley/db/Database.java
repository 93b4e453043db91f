package parley.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
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

  private Database(HikariDataSource pool) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
  }

  /// Connects with the JDBC driver's own properties (`url` among them) and at most `connections`
  /// connections. The caller closes it.
  public static Database open(Properties driver, int connections) {
    Properties properties = new Properties();
    properties.putAll(driver);
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(String.valueOf(properties.remove("url")));
    config.setDataSourceProperties(properties);
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(Math.min(2, connections));
    config.setPoolName("database");
    config.setAutoCommit(true);
    return new Database(new HikariDataSource(config));
  }

  /// Brings the schema to this program's version; forward only. Safe when several nodes start at
  /// once.
  public void migrate() {
    Flyway.configure().dataSource(pool).locations("classpath:db/migration").load().migrate();
  }

  /// Runs the work in one transaction, which is committed when the work returns and rolled back
  /// when it throws.
  public <T> T inTransaction(Function<Handle, T> work) {
    return jdbi.inTransaction(work::apply);
  }

  /// As [#inTransaction], for work that answers nothing.
  public void useTransaction(Consumer<Handle> work) {
    jdbi.useTransaction(work::accept);
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
