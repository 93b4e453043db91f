package parley.db.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The main process of the embedded PostgreSQL.
final class Postmaster {
  private static final Logger LOGGER = LoggerFactory.getLogger(Postmaster.class);

  /// Contains the process id in its first line and the state in its eighth; `pg_ctl` reads it, too.
  static final String PID_FILE = "postmaster.pid";

  private static final int STATE_LINE = 7;
  private static final String READY = "ready";

  /// Generous: crash recovery replays at most `max_wal_size`, which takes seconds; minutes on a
  /// slow disk or a busy machine.
  private static final Duration START_TIMEOUT = Duration.ofMinutes(30);

  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(10);

  private static final Duration FAST_SHUTDOWN = Duration.ofSeconds(60);
  private static final long MAX_LOG_BYTES = 10L * 1024 * 1024;

  /// Starts a watcher and then turns into PostgreSQL. The watcher reads from our end of the pipe.
  /// When the pipe closes without a word, because we closed it or died, the watcher requests a fast
  /// shutdown. The double fork keeps the watcher from becoming a child of PostgreSQL, which would
  /// mistake it for one of its own.
  private static final String SCRIPT =
      """
      exec 3<&0 </dev/null
      ( ( read -r gone <&3 || kill -s INT $$ ) >/dev/null 2>&1 & )
      exec "$@" 3<&-
      """;

  /// On the command line rather than in the cluster's files, so that a new version's settings also
  /// apply to an old cluster.
  private static final List<String> SETTINGS =
      List.of(
          // Only the owner can enter the directory that contains the socket.
          "listen_addresses=",
          "unix_socket_directories=.",
          "unix_socket_permissions=0700",
          "port=5432",
          "max_connections=60",
          "shared_buffers=64MB",
          "max_wal_size=256MB",
          "jit=off",
          // With small tables and few cores, parallel queries and I/O workers cost more than they
          // gain.
          "max_parallel_workers_per_gather=0",
          "io_method=sync",
          "max_logical_replication_workers=0",
          // Keeps memory out of /dev/shm, which is small in containers and which session managers
          // clear.
          "min_dynamic_shared_memory=16MB",
          "timezone=UTC",
          "log_timezone=UTC",
          "logging_collector=off",
          // Error details contain row values.
          "log_error_verbosity=terse",
          "cluster_name=parley");

  private static final List<String> NO_SYNC =
      List.of("fsync=off", "synchronous_commit=off", "full_page_writes=off");

  private final Process process;
  private final ServerLog log;
  private final Thread logThread;

  private Postmaster(Process process, ServerLog log) {
    this.process = process;
    this.log = log;
    this.logThread = Thread.ofPlatform().daemon().name("postgresql-log").unstarted(this::copyLog);
  }

  /// Starts PostgreSQL and returns when it accepts connections.
  ///
  /// @throws PostgresException with PostgreSQL's own messages when it does not start
  static Postmaster start(
      PostgresBinaries binaries, OsUser user, Cluster cluster, Durability durability)
      throws IOException {
    Path folder = cluster.folder();
    List<String> command = new ArrayList<>(newSession());
    command.addAll(List.of("/bin/sh", "-c", SCRIPT, "sh", binaries.program("postgres")));
    command.addAll(List.of("-D", Cluster.path(folder, user)));
    Stream.of(SETTINGS, durability == Durability.NONE ? NO_SYNC : List.<String>of())
        .flatMap(List::stream)
        .forEach(setting -> command.addAll(List.of("-c", setting)));
    command.addAll(List.of("-c", "hba_file=" + cluster.grantAccess(user)));
    command.addAll(List.of("-c", StalePostmaster.mark(folder)));
    Process process = Programs.prepare(user.command(command), folder).start();
    Postmaster postmaster =
        new Postmaster(process, new ServerLog(cluster.logFile(), MAX_LOG_BYTES));
    postmaster.logThread.start();
    var _ = process.onExit().thenRun(postmaster::dismissWatcher);
    try {
      postmaster.awaitReady(folder);
    } catch (PostgresException | IOException refused) {
      // Also after an interrupt, because nobody else would stop it.
      process.destroyForcibly();
      throw refused;
    }
    return postmaster;
  }

  /// In its own session, PostgreSQL does not receive a terminal's Ctrl-C: it has to outlive the
  /// requests in progress.
  private static List<String> newSession() {
    Optional<String> setsid = Programs.find("setsid");
    if (setsid.isPresent()) {
      return List.of(setsid.get());
    }
    // macOS has Perl instead of setsid.
    return Programs.find("perl")
        .map(perl -> List.of(perl, "-MPOSIX", "-e", "POSIX::setsid(); exec @ARGV;"))
        .orElse(List.of());
  }

  private void copyLog() {
    try {
      log.copy(process.getInputStream());
    } catch (IOException failure) {
      LOGGER.warn("Cannot read PostgreSQL's log output any longer", failure);
    }
  }

  /// Lets the watcher exit without sending a signal, since the process id may be reused by now.
  private void dismissWatcher() {
    try (OutputStream watcher = process.getOutputStream()) {
      watcher.write("gone\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException _) {
      // The watcher has exited already.
    }
  }

  private void awaitReady(Path folder) throws IOException {
    Duration waited = Duration.ZERO;
    while (!Polling.until(() -> !process.isAlive() || isReady(folder), BETWEEN_REPORTS)
        && waited.compareTo(START_TIMEOUT) < 0) {
      waited = waited.plus(BETWEEN_REPORTS);
      List<String> said = log.lastLines();
      LOGGER.info(
          "PostgreSQL has been starting for {} s: {}",
          waited.toSeconds(),
          said.isEmpty() ? "it says nothing" : said.getLast());
    }
    if (process.isAlive() && !isReady(folder)) {
      stop();
      throw new PostgresException(
          "PostgreSQL did not become ready within " + START_TIMEOUT.toSeconds() + " s");
    }
    if (!process.isAlive()) {
      joinLog();
      throw new PostgresException(
          "PostgreSQL failed to start: " + String.join(" | ", log.lastLines()));
    }
  }

  private static boolean isReady(Path folder) throws IOException {
    try {
      List<String> lines = Files.readString(folder.resolve(PID_FILE)).lines().toList();
      return lines.size() > STATE_LINE && lines.get(STATE_LINE).startsWith(READY);
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /// Waits until PostgreSQL has exited.
  ///
  /// @return the last lines of its log
  List<String> awaitExit() throws InterruptedException {
    process.waitFor();
    logThread.join(Duration.ofSeconds(1));
    return log.lastLines();
  }

  /// Requests a fast shutdown and waits until all processes have exited.
  void stop() throws IOException {
    try {
      process.getOutputStream().close();
    } catch (IOException _) {
      // PostgreSQL or the watcher has exited already.
    }
    try {
      if (!process.waitFor(FAST_SHUTDOWN.toSeconds(), TimeUnit.SECONDS)) {
        LOGGER.warn("PostgreSQL did not stop within {}, killing it", FAST_SHUTDOWN);
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException _) {
      // PostgreSQL stops even if nobody waits.
      Thread.currentThread().interrupt();
    }
    joinLog();
  }

  private void joinLog() {
    try {
      logThread.join(Duration.ofSeconds(5));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
