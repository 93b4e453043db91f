package parley.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import parley.peers.Peer;
import parley.peers.PeerUnavailable;

/// The connections to PostgreSQL and the one way to run SQL: inside [#inTransaction].
///
/// A database that is away, or stands still, is told by [DatabaseUnavailable] within a few seconds.
public final class Database implements AutoCloseable {
  /// How long a new connection may take to come about.
  private static final Duration CONNECTION = Duration.ofSeconds(3);

  /// The first one loads the driver, which takes seconds on a machine that is busy.
  private static final Duration FIRST_CONNECTION = Duration.ofSeconds(30);

  /// How long the pool waits for a connection before [PooledDataSource] looks whether the database
  /// is away, and how long one that rested may take to show that it still works.
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private static final Duration VALIDATION = Duration.ofMillis(900);

  /// How long one statement may take, in seconds; what stands still for all is noticed much
  /// earlier.
  private static final int STATEMENT_SECONDS = 60;

  /// How long a background task waits at a time for a database that is away.
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final Duration BEFORE_NEXT_TRY = Duration.ofMillis(300);

  private final HikariDataSource pool;
  private final DataSource shared;
  private final Jdbi jdbi;
  private final TrackingDataSource connections;
  private final DatabaseProbe pulse;
  private final Peer peer;

  private Database(
      HikariDataSource pool, TrackingDataSource connections, DatabaseProbe pulse, Peer peer) {
    this.pool = pool;
    this.shared = new PooledDataSource(pool, peer);
    TypedIds ids = new TypedIds();
    this.jdbi = Jdbi.create(shared).registerArgument(ids).registerColumnMapper(ids);
    this.connections = connections;
    this.pulse = pulse;
    this.peer = peer;
  }

  /// Connects with the JDBC driver's own properties (`url` among them) and at most `connections`
  /// connections, and one by which it is seen whether the database answers. The caller closes it.
  ///
  /// @throws IOException with a message for the operator when the database does not let us in
  public static Database open(Properties driver, int connections) throws IOException {
    Properties properties = new Properties();
    // What the address itself says goes before these.
    properties.setProperty("connectTimeout", String.valueOf(CONNECTION.toSeconds()));
    properties.setProperty("loginTimeout", String.valueOf(CONNECTION.toSeconds()));
    properties.setProperty("socketTimeout", String.valueOf(STATEMENT_SECONDS));
    properties.setProperty("tcpKeepAlive", "true");
    properties.putAll(driver);
    String url = String.valueOf(properties.remove("url"));
    TrackingDataSource source = new TrackingDataSource(url, properties);
    try {
      source.withLoginTimeout(FIRST_CONNECTION).getConnection().close();
    } catch (SQLException refused) {
      throw new IOException("the database cannot be used: " + refused.getMessage(), refused);
    }
    DatabaseProbe pulse = new DatabaseProbe(source);
    Peer peer = new Peer("the database", pulse, source::breakAll);
    HikariConfig config = new HikariConfig();
    config.setDataSource(new BlockingDataSource(source, peer, PATIENCE));
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(Math.min(2, connections));
    config.setPoolName("database");
    config.setInitializationFailTimeout(-1);
    config.setAutoCommit(true);
    config.setConnectionTimeout(LOOK_EVERY.toMillis());
    config.setValidationTimeout(VALIDATION.toMillis());
    Database database = new Database(new HikariDataSource(config), source, pulse, peer);
    peer.start();
    return database;
  }

  /// Brings the schema to this program's version; forward only. Safe when several nodes start at
  /// once.
  public void migrate() {
    // Outside of the pool: to rebuild a large table takes longer than any statement may otherwise.
    Flyway.configure()
        .dataSource(connections.withoutTimeout())
        .locations("classpath:db/migration")
        .load()
        .migrate();
  }

  /// Runs the work in one transaction, which is committed when the work returns and rolled back
  /// when it throws.
  ///
  /// @throws DatabaseUnavailable when the database is away; nothing was done then, unless the very
  ///   commit went unanswered
  /// @throws DatabaseFull when its disk is full
  public <T> T inTransaction(Function<Handle, T> work) {
    try {
      return peer.<T, RuntimeException>call(() ->
          jdbi.inTransaction(transaction -> {
            T result = work.apply(transaction);
            transaction.getConfig(BeforeCommit.class).run(transaction);
            return result;
          }));
    } catch (PeerUnavailable away) {
      throw new DatabaseUnavailable(away);
    } catch (RuntimeException failure) {
      throw DatabaseErrors.translate(failure);
    }
  }

  /// As [#inTransaction], for work that answers nothing.
  public void useTransaction(Consumer<Handle> work) {
    inTransaction(transaction -> {
      work.accept(transaction);
      return true;
    });
  }

  /// As [#inTransaction], for what works in the background: while the database is away it waits and
  /// tries again. Done twice, the work must do no harm, since a commit may have gone unanswered.
  public <T> T inTransactionWithRetry(Function<Handle, T> work) throws InterruptedException {
    while (true) {
      try {
        return inTransaction(work);
      } catch (DatabaseUnavailable away) {
        Thread.sleep(BEFORE_NEXT_TRY);
        peer.awaitAnswer(PATIENCE);
      }
    }
  }

  /// Has a step run as one of the last of the transaction, right before it commits: for what takes
  /// a lock that everybody wants, and that must be neither held for long nor waited for while
  /// others are still to be taken. Steps run in the order in which they were given.
  public static void beforeCommit(Handle transaction, Consumer<Handle> step) {
    transaction.getConfig(BeforeCommit.class).add(step);
  }

  /// Whether the database is known to be away, so that whatever needs it fails at once.
  public boolean isAway() {
    return peer.isAway();
  }

  /// A connection beyond those of the pool, for what lasts as long as the process; waits while the
  /// database is away. The caller closes it.
  public Connection connect() throws SQLException {
    return new BlockingDataSource(connections, peer, PATIENCE).getConnection();
  }

  /// The pool itself, for libraries that manage their own statements. Unlike [#inTransaction] it
  /// makes them wait while the database is away.
  public DataSource pool() {
    return new BlockingDataSource(shared, peer, PATIENCE);
  }

  @Override
  public void close() {
    pool.close();
    peer.close();
    pulse.close();
  }
}
