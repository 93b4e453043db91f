package parley.db.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A PostgreSQL of our own, with its files in the data folder and reachable through a Unix socket
/// alone, which only the user of this process and of PostgreSQL can open.
///
/// It stops with [#close()]; when this process dies without it, PostgreSQL notices and stops too.
/// When PostgreSQL itself ends before, killed or in a panic over a full disk, it is started again,
/// as often as it takes.
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedPostgres.class);

  /// How long processes of a killed PostgreSQL may take to end.
  private static final Duration LEFTOVERS = Duration.ofSeconds(20);

  /// Between two starts of a PostgreSQL that ended by itself.
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

  private final Starting starting;
  private final SocketPath socket;
  private final Properties properties;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Postmaster postmaster;
  private @Nullable Thread watch;

  private EmbeddedPostgres(
      Starting starting, Postmaster postmaster, SocketPath socket, Properties properties) {
    this.starting = starting;
    this.postmaster = postmaster;
    this.socket = socket;
    this.properties = properties;
  }

  /// Starts PostgreSQL, as at the first time.
  private interface Starting {
    Postmaster start() throws IOException;
  }

  /// Starts PostgreSQL on the data folder, making the database at the first time, and returns when
  /// it takes connections. The caller holds the folder's lock until after [#close()].
  ///
  /// @param dataDirectory an absolute path without symbolic links
  /// @throws PostgresException when it cannot be started, with the reason for the operator
  public static EmbeddedPostgres start(Path dataDirectory) throws IOException {
    return start(dataDirectory, Durability.FULL);
  }

  /// As [#start(Path)], with a choice that tests make otherwise.
  public static EmbeddedPostgres start(Path dataDirectory, Durability durability)
      throws IOException {
    return start(dataDirectory, durability, caches(System.getenv(), dataDirectory));
  }

  static EmbeddedPostgres start(Path dataDirectory, Durability durability, List<Path> caches)
      throws IOException {
    Cluster cluster = new Cluster(dataDirectory);
    OsUser account = cluster.exists() ? OsUser.ownerOf(cluster.folder()) : OsUser.forNewCluster();
    PostgresBinaries programs = PostgresBinaries.unpacked(caches, account);
    if (!cluster.exists()) {
      cluster.create(programs, account, durability);
    }
    cluster.ensureReadableBy(programs);
    SocketPath socket = new SocketPath(dataDirectory, cluster.folder());
    Properties properties = properties(cluster, socket);
    Starting starting = () -> postmaster(programs, account, cluster, durability);
    EmbeddedPostgres started = new EmbeddedPostgres(starting, starting.start(), socket, properties);
    started.watch =
        Thread.ofPlatform().daemon().name("postgresql-watch").start(started::startAgainAndAgain);
    return started;
  }

  private void startAgainAndAgain() {
    try {
      while (true) {
        List<String> said = postmaster.awaitEnd();
        if (closing.getCount() == 0) {
          return;
        }
        LOGGER.error("PostgreSQL has ended and is started again: {}", String.join(" | ", said));
        if (!startAgain()) {
          return;
        }
        LOGGER.info("PostgreSQL runs again");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Tries until it runs, or until it is not wanted any more; then false.
  private boolean startAgain() throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    String told = "";
    while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
      try {
        Postmaster again = starting.start();
        synchronized (this) {
          postmaster = again;
          if (closing.getCount() > 0) {
            return true;
          }
        }
        again.stop();
        return false;
      } catch (IOException | PostgresException refused) {
        String why = String.valueOf(refused.getMessage());
        // Lines of PostgreSQL's log begin with their time, so that no two are the same.
        String reason = why.replaceAll("[0-9]", "");
        if (!reason.equals(told)) {
          LOGGER.error("PostgreSQL cannot be started again yet: {}", why);
          told = reason;
        }
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(MAX_PAUSE) < 0 ? doubled : MAX_PAUSE;
      }
    }
    return false;
  }

  /// Says whether a database was ever made in the data folder, which need not be there.
  public static boolean existsIn(Path dataDirectory) {
    return new Cluster(dataDirectory).exists();
  }

  private static Postmaster postmaster(
      PostgresBinaries programs, OsUser account, Cluster cluster, Durability durability)
      throws IOException {
    long start = System.nanoTime();
    while (true) {
      new StalePostmaster(cluster.folder(), account).clearAway();
      try {
        return Postmaster.start(programs, account, cluster, durability);
      } catch (PostgresException refusal) {
        if (!isLeftover(refusal) || System.nanoTime() - start > LEFTOVERS.toNanos()) {
          throw refusal;
        }
        LOGGER.info("Waiting for processes of an earlier PostgreSQL to end");
      }
    }
  }

  /// Says whether processes of a PostgreSQL that was killed, or is just stopping, are in the way.
  private static boolean isLeftover(PostgresException refusal) {
    String message = String.valueOf(refusal.getMessage());
    return message.contains("shared memory block") || message.contains("lock file");
  }

  /// Where the unpacked programs may be kept, best first: shared by all of this user's data
  /// folders, else inside the data folder.
  private static List<Path> caches(Map<String, String> environment, Path dataDirectory) {
    Path home =
        Optional.ofNullable(environment.get("XDG_CACHE_HOME"))
            .filter(folder -> folder.startsWith("/"))
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
            .resolve("parley");
    return List.of(home, Path.of("/var/cache/parley"), dataDirectory.resolve("programs"));
  }

  /// The JDBC driver's properties, `url` among them, for the server that another process of this
  /// user runs on the data folder.
  public static Properties connectionProperties(Path dataDirectory) throws IOException {
    Cluster cluster = new Cluster(dataDirectory);
    return properties(cluster, new SocketPath(dataDirectory, cluster.folder()));
  }

  private static Properties properties(Cluster cluster, SocketPath socket) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("url", "jdbc:postgresql://localhost/postgres");
    properties.setProperty("user", Cluster.USER);
    properties.setProperty("password", cluster.password());
    properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
    properties.setProperty("socketFactoryArg", socket.shortened().toString());
    // Asking for encryption costs a round trip and the server has none.
    properties.setProperty("sslmode", "disable");
    properties.setProperty("gssEncMode", "disable");
    return properties;
  }

  /// The JDBC driver's properties, `url` among them, for the one database and its owner.
  public Properties properties() {
    Properties copy = new Properties();
    copy.putAll(properties);
    return copy;
  }

  /// Says whether PostgreSQL's main process is alive.
  public boolean isRunning() {
    return postmaster.isRunning();
  }

  /// Stops PostgreSQL: open transactions are rolled back, everything committed is on disk. Returns
  /// when all its processes have ended. Does nothing the second time.
  @Override
  public void close() throws IOException {
    Thread watching;
    synchronized (this) {
      if (closing.getCount() == 0) {
        return;
      }
      closing.countDown();
      watching = watch;
    }
    if (watching != null) {
      // Ends a start that is under way.
      watching.interrupt();
      join(watching);
    }
    postmaster.stop();
    socket.remove();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
