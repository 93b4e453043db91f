package parley.db.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An embedded PostgreSQL with its files in the data directory. It listens only on a Unix socket
/// that only the users of this process and of PostgreSQL can open.
///
/// PostgreSQL stops on [#close()], and also when this process dies. When PostgreSQL itself dies,
/// killed or in a panic over a full disk, it is restarted until it runs.
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedPostgres.class);

  /// How long the processes of a killed PostgreSQL may take to exit.
  private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(20);

  /// The delay before the first restart; it doubles with each failure.
  private static final Duration MIN_RESTART_DELAY = Duration.ofMillis(200);

  private static final Duration MAX_RESTART_DELAY = Duration.ofSeconds(5);

  private final Launch launch;
  private final SocketPath socket;
  private final Properties properties;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Postmaster postmaster;
  private @Nullable Thread watch;

  private EmbeddedPostgres(
      Launch launch, Postmaster postmaster, SocketPath socket, Properties properties) {
    this.launch = launch;
    this.postmaster = postmaster;
    this.socket = socket;
    this.properties = properties;
  }

  private interface Launch {
    Postmaster start() throws IOException;
  }

  /// Starts PostgreSQL in the data directory, creating the database on the first start, and returns
  /// when it accepts connections. The caller holds the directory's lock until after [#close()].
  ///
  /// @param dataDirectory an absolute path without symbolic links
  /// @throws PostgresException with a message for the operator when it cannot be started
  public static EmbeddedPostgres start(Path dataDirectory) throws IOException {
    return start(dataDirectory, Durability.FULL);
  }

  /// Like [#start(Path)]; tests choose less durability.
  public static EmbeddedPostgres start(Path dataDirectory, Durability durability)
      throws IOException {
    Cluster cluster = new Cluster(dataDirectory);
    OsUser user = cluster.exists() ? OsUser.ownerOf(cluster.folder()) : OsUser.forNewCluster();
    PostgresBinaries binaries = PostgresBinaries.unpacked(caches(dataDirectory), user);
    if (!cluster.exists()) {
      cluster.create(binaries, user, durability);
    }
    cluster.ensureReadableBy(binaries);
    SocketPath socket = new SocketPath(dataDirectory, cluster.folder());
    Properties properties = properties(cluster, socket);
    Launch launch = () -> launch(binaries, user, cluster, durability);
    EmbeddedPostgres started = new EmbeddedPostgres(launch, launch.start(), socket, properties);
    started.watch =
        Thread.ofPlatform().daemon().name("postgresql-watch").start(started::keepRunning);
    return started;
  }

  private void keepRunning() {
    try {
      while (true) {
        List<String> lastLines = postmaster.awaitExit();
        if (closing.getCount() == 0) {
          return;
        }
        LOGGER.error("PostgreSQL exited and is restarted: {}", String.join(" | ", lastLines));
        if (!restart()) {
          return;
        }
        LOGGER.info("PostgreSQL is running again");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Retries until PostgreSQL runs; false if it is closed first.
  private boolean restart() throws InterruptedException {
    Duration delay = MIN_RESTART_DELAY;
    String logged = "";
    while (!closing.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
      try {
        Postmaster restarted = launch.start();
        synchronized (this) {
          postmaster = restarted;
          if (closing.getCount() > 0) {
            return true;
          }
        }
        restarted.stop();
        return false;
      } catch (IOException | PostgresException refused) {
        String message = String.valueOf(refused.getMessage());
        // PostgreSQL's log lines start with a time, so only the text is compared.
        String reason = message.replaceAll("[0-9]", "");
        if (!reason.equals(logged)) {
          LOGGER.error("PostgreSQL cannot be restarted yet: {}", message);
          logged = reason;
        }
        Duration doubled = delay.multipliedBy(2);
        delay = doubled.compareTo(MAX_RESTART_DELAY) < 0 ? doubled : MAX_RESTART_DELAY;
      }
    }
    return false;
  }

  /// Whether the data directory contains a database. The directory need not exist.
  public static boolean existsIn(Path dataDirectory) {
    return new Cluster(dataDirectory).exists();
  }

  private static Postmaster launch(
      PostgresBinaries binaries, OsUser user, Cluster cluster, Durability durability)
      throws IOException {
    long start = System.nanoTime();
    while (true) {
      new StalePostmaster(cluster.folder(), user).remove();
      try {
        return Postmaster.start(binaries, user, cluster, durability);
      } catch (PostgresException refused) {
        if (!isStillInUse(refused) || System.nanoTime() - start > EXIT_TIMEOUT.toNanos()) {
          throw refused;
        }
        LOGGER.info("Waiting for the processes of an earlier PostgreSQL to exit");
      }
    }
  }

  /// Whether processes of a killed or stopping PostgreSQL still use the cluster.
  private static boolean isStillInUse(PostgresException refused) {
    String message = String.valueOf(refused.getMessage());
    return message.contains("shared memory block") || message.contains("lock file");
  }

  /// Returns where to keep the unpacked binaries, in order of preference: shared by all data
  /// directories of this user, by all users, or inside the data directory.
  private static List<Path> caches(Path dataDirectory) {
    Path home =
        Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
            .filter(path -> path.startsWith("/"))
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
            .resolve("parley");
    return List.of(home, Path.of("/var/cache/parley"), dataDirectory.resolve("programs"));
  }

  /// Returns the JDBC driver's properties, including `url`, for a server that another process of
  /// this user runs in the data directory.
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
    // The server has no encryption, and negotiating it costs a round trip.
    properties.setProperty("sslmode", "disable");
    properties.setProperty("gssEncMode", "disable");
    return properties;
  }

  /// Returns the JDBC driver's properties, including `url`.
  public Properties properties() {
    Properties copy = new Properties();
    copy.putAll(properties);
    return copy;
  }

  /// Whether PostgreSQL's main process is alive.
  public boolean isRunning() {
    return postmaster.isRunning();
  }

  /// Stops PostgreSQL with a fast shutdown, which rolls open transactions back and writes
  /// everything to disk. Returns when all its processes have exited. Idempotent.
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
      // Aborts a restart in progress.
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
