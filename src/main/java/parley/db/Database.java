package parley.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.peers.Peer;
import parley.peers.PeerUnavailable;

/// The connections to PostgreSQL and the only way to run SQL: inside [#inTransaction].
///
/// When the database is down or hangs, callers get [DatabaseUnavailable] within a few seconds.
public final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  /// How long a start waits for its first transaction.
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(60);

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);

  /// How long the pool waits for a free connection before [PooledDataSource] checks whether the
  /// database is unavailable.
  private static final Duration POOL_TIMEOUT = Duration.ofSeconds(1);

  /// How long an idle connection may take to prove that it still works.
  private static final Duration VALIDATION_TIMEOUT = Duration.ofMillis(900);

  /// The limit of one statement. A server that hangs altogether is detected much earlier.
  private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(60);

  /// How long background work waits at a time for an unavailable database.
  private static final Duration MAX_BACKGROUND_WAIT = Duration.ofMinutes(1);

  private static final Duration RETRY_DELAY = Duration.ofMillis(300);

  private final HikariDataSource pool;
  private final DataSource shared;
  private final Jdbi jdbi;
  private final TrackingDataSource connections;
  private final DatabaseProbe probe;
  private final Peer peer;

  private Database(
      HikariDataSource pool, TrackingDataSource connections, DatabaseProbe probe, Peer peer) {
    this.pool = pool;
    this.shared = new PooledDataSource(pool, peer);
    TypedIds ids = new TypedIds();
    TextEnums constants = new TextEnums();
    this.jdbi =
        Jdbi.create(shared)
            .registerArgument(ids)
            .registerColumnMapper(ids)
            .registerArgument(constants)
            .registerColumnMapper(constants)
            .registerRowMapper(new RecordRows());
    this.connections = connections;
    this.probe = probe;
    this.peer = peer;
  }

  /// Opens a pool of at most `maxConnections` connections, besides one for the probe. The caller
  /// closes the database.
  ///
  /// @param driver the JDBC driver's properties, including `url`
  /// @throws IOException with a message for the operator if no connection can be opened
  public static Database open(Properties driver, int maxConnections) throws IOException {
    return open(driver, maxConnections, () -> false);
  }

  /// As above, for a database that is known to be alive: waits for its first answer.
  public static Database open(Properties driver, int maxConnections, BooleanSupplier alive)
      throws IOException {
    Properties properties = new Properties();
    // Properties in the URL take precedence over these.
    properties.setProperty("connectTimeout", String.valueOf(CONNECT_TIMEOUT.toSeconds()));
    properties.setProperty("loginTimeout", String.valueOf(CONNECT_TIMEOUT.toSeconds()));
    properties.setProperty("socketTimeout", String.valueOf(STATEMENT_TIMEOUT.toSeconds()));
    properties.setProperty("tcpKeepAlive", "true");
    properties.putAll(driver);
    String url = String.valueOf(properties.remove("url"));
    TrackingDataSource source = new TrackingDataSource(url, properties);
    FirstConnection.open(source, FirstConnection.ATTEMPT, alive);
    DatabaseProbe probe = new DatabaseProbe(source);
    Peer peer = new Peer("the database", probe, source::abortAll);
    HikariConfig config = new HikariConfig();
    config.setDataSource(new BlockingDataSource(source, peer, MAX_BACKGROUND_WAIT));
    config.setMaximumPoolSize(maxConnections);
    config.setMinimumIdle(Math.min(2, maxConnections));
    config.setPoolName("database");
    // The pool begins with a connection: on a busy machine the first transaction would not wait
    // long enough for one.
    config.setInitializationFailTimeout(FirstConnection.ATTEMPT.toMillis());
    config.setAutoCommit(true);
    config.setConnectionTimeout(POOL_TIMEOUT.toMillis());
    config.setValidationTimeout(VALIDATION_TIMEOUT.toMillis());
    try {
      Database database = new Database(new HikariDataSource(config), source, probe, peer);
      peer.start();
      return database;
    } catch (HikariPool.PoolInitializationException refused) {
      throw new IOException("cannot connect to the database: " + refused.getMessage(), refused);
    }
  }

  /// Migrates the schema to this program's version; there is no way back. Safe when several nodes
  /// start at once.
  ///
  /// @throws IOException with a message for the operator if the schema is of a newer program
  public void migrate() throws IOException {
    // Flyway takes a tenth of a start to find that there is nothing to do.
    if (firstAnswer(Migrations::areAllApplied)) {
      return;
    }
    refuseNewerSchema();
    migrateTo("latest");
  }

  /// Returns what a transaction returns, as soon as one is answered in time. The first one loads
  /// most of what the others need, which takes longer on a busy machine than a transaction may.
  private <T> T firstAnswer(Function<Handle, T> work) throws IOException {
    long start = System.nanoTime();
    while (true) {
      try {
        return inTransaction(work);
      } catch (DatabaseUnavailable slow) {
        if (System.nanoTime() - start > FIRST_ANSWER.toNanos()) {
          throw new IOException("the database does not answer", slow);
        }
        LOG.info("the database has not answered yet");
      }
      LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
    }
  }

  /// Checks that this program knows the schema.
  ///
  /// @throws IOException with a message for the operator if the schema is of a newer program
  public void refuseNewerSchema() throws IOException {
    Optional<String> applied = firstAnswer(Migrations::applied);
    if (applied.isPresent() && Migrations.isNewer(applied.get())) {
      throw new IOException(
          "the database has the schema %s of a newer Parley, and this one knows schemas up to %s: start the newer one, or restore a backup from before the upgrade"
              .formatted(applied.get(), Migrations.newest()));
    }
  }

  /// Migrates the schema of an empty database to an older version, for rows that were written under
  /// it.
  ///
  /// @param version one that [Migrations#applied] returned
  public void migrateTo(String version) {
    // Without the statement timeout: rebuilding a large table takes longer.
    Flyway.configure()
        .dataSource(connections.withoutTimeout())
        .locations("classpath:db/migration")
        .target(version)
        .load()
        .migrate();
  }

  /// Runs the work in one transaction, which commits when the work returns and rolls back when it
  /// throws.
  ///
  /// @throws DatabaseUnavailable if the database is unavailable; the transaction was rolled back
  ///   unless the answer to its commit was lost
  /// @throws DatabaseFull if the database's disk is full
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

  /// Like [#inTransaction], for work without a result.
  public void useTransaction(Consumer<Handle> work) {
    inTransaction(transaction -> {
      work.accept(transaction);
      return true;
    });
  }

  /// Like [#inTransaction], for background work: waits while the database is unavailable and
  /// retries. The work must be idempotent, since the answer to a commit may have been lost.
  public <T> T inTransactionWithRetry(Function<Handle, T> work) throws InterruptedException {
    while (true) {
      try {
        return inTransaction(work);
      } catch (DatabaseUnavailable away) {
        Thread.sleep(RETRY_DELAY);
        var _ = peer.awaitAvailable(MAX_BACKGROUND_WAIT);
      }
    }
  }

  /// Runs a step at the end of the transaction, right before it commits. For steps that take a
  /// contended lock, which must not be held for long nor taken before other locks. Steps run in the
  /// order in which they were added.
  public static void beforeCommit(Handle transaction, Consumer<Handle> step) {
    transaction.getConfig(BeforeCommit.class).add(step);
  }

  /// The maximum number of transactions at a time.
  public int maxConnections() {
    return pool.getMaximumPoolSize();
  }

  /// Whether the database is known to be unavailable, so that transactions fail immediately.
  public boolean isAway() {
    return peer.isAway();
  }

  /// Opens a connection outside the pool, for long-lived use; blocks while the database is
  /// unavailable. The caller closes it.
  public Connection connect() throws SQLException {
    return new BlockingDataSource(connections, peer, MAX_BACKGROUND_WAIT).getConnection();
  }

  /// The pool, for libraries that manage their own statements. Unlike [#inTransaction] it blocks
  /// while the database is unavailable.
  public DataSource pool() {
    return new BlockingDataSource(shared, peer, MAX_BACKGROUND_WAIT);
  }

  @Override
  public void close() {
    pool.close();
    peer.close();
    probe.close();
  }
}
