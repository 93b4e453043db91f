package parley.db.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The main process of the embedded PostgreSQL, from start to stop.
final class Postmaster {
  private static final Logger LOGGER = LoggerFactory.getLogger(Postmaster.class);

  /// Where PostgreSQL tells its process number (first line) and state (eighth line); `pg_ctl` goes
  /// by the same.
  static final String PID_FILE = "postmaster.pid";

  private static final int STATE_LINE = 7;
  private static final String READY = "ready";

  /// Recovering from a crash replays at most `max_wal_size`, which takes seconds.
  private static final Duration START = Duration.ofMinutes(5);

  private static final Duration FAST_SHUTDOWN = Duration.ofSeconds(60);
  private static final long LOG_BYTES = 10L * 1024 * 1024;

  /// Becomes PostgreSQL, after leaving a watcher behind. The watcher reads our end of its input.
  /// When that ends without a word, because we closed it or died in whatever way, it asks
  /// PostgreSQL for a fast shutdown. The double fork keeps the watcher from being PostgreSQL's
  /// child, which PostgreSQL would take for one of its own.
  private static final String SCRIPT =
      """
      exec 3<&0 </dev/null
      ( ( read -r gone <&3 || kill -s INT $$ ) >/dev/null 2>&1 & )
      exec "$@" 3<&-
      """;

  private final Process process;
  private final ServerLog log;
  private final Thread logThread;

  private Postmaster(Process process, ServerLog log) {
    this.process = process;
    this.log = log;
    this.logThread = Thread.ofPlatform().daemon().name("postgresql-log").unstarted(this::keepLog);
  }

  /// Starts PostgreSQL and returns when it takes connections, or tells why it does not.
  static Postmaster start(
      PostgresBinaries programs, OsUser account, Cluster cluster, Durability durability)
      throws IOException {
    Path folder = cluster.folder();
    List<String> command = new ArrayList<>(ownSession());
    command.addAll(List.of("/bin/sh", "-c", SCRIPT, "sh", programs.program("postgres")));
    command.addAll(List.of("-D", Cluster.path(folder, account)));
    settings(folder, durability).forEach((name, value) -> command.addAll(setting(name, value)));
    Process process = Programs.prepare(account.running(command), folder).start();
    Postmaster postmaster = new Postmaster(process, new ServerLog(cluster.logFile(), LOG_BYTES));
    postmaster.logThread.start();
    var _ = process.onExit().thenRun(postmaster::dismissWatcher);
    try {
      postmaster.awaitReady(folder);
    } catch (PostgresException | IOException refused) {
      // Also when the waiting was interrupted: nobody else would stop it.
      process.destroyForcibly();
      throw refused;
    }
    return postmaster;
  }

  /// A session of its own keeps the Ctrl-C of a terminal from PostgreSQL: it has to outlast the
  /// requests that are still being answered.
  private static List<String> ownSession() {
    Optional<String> setsid = Programs.find("setsid");
    if (setsid.isPresent()) {
      return List.of(setsid.get());
    }
    // macOS has no setsid, but has this.
    return Programs.find("perl")
        .map(perl -> List.of(perl, "-MPOSIX", "-e", "POSIX::setsid(); exec @ARGV;"))
        .orElse(List.of());
  }

  private static List<String> setting(String name, String value) {
    return List.of("-c", name + "=" + value);
  }

  /// On the command line and not in the cluster's files, so that a new version's settings hold for
  /// an old cluster.
  private static Map<String, String> settings(Path folder, Durability durability) {
    Map<String, String> settings = new LinkedHashMap<>();
    // The socket lies in the cluster's folder, which only its owner may enter.
    settings.put("listen_addresses", "");
    settings.put("unix_socket_directories", ".");
    settings.put("unix_socket_permissions", "0700");
    settings.put("port", "5432");
    settings.put("max_connections", "60");
    settings.put("shared_buffers", "64MB");
    settings.put("max_wal_size", "256MB");
    settings.put("jit", "off");
    // Small tables, few cores: parallel queries and workers for input cost more than they give.
    settings.put("max_parallel_workers_per_gather", "0");
    settings.put("io_method", "sync");
    settings.put("max_logical_replication_workers", "0");
    // Kept out of /dev/shm, which containers make small and session managers clear.
    settings.put("min_dynamic_shared_memory", "16MB");
    settings.put("timezone", "UTC");
    settings.put("log_timezone", "UTC");
    settings.put("logging_collector", "off");
    // Details of an error hold values of rows.
    settings.put("log_error_verbosity", "terse");
    settings.put("cluster_name", "parley");
    if (durability == Durability.NONE) {
      settings.put("fsync", "off");
      settings.put("synchronous_commit", "off");
      settings.put("full_page_writes", "off");
    }
    String mark = StalePostmaster.mark(folder);
    int equals = mark.indexOf('=');
    settings.put(mark.substring(0, equals), mark.substring(equals + 1));
    return settings;
  }

  private void keepLog() {
    try {
      log.keep(process.getInputStream());
    } catch (IOException failure) {
      LOGGER.warn("What PostgreSQL says cannot be read any more", failure);
    }
  }

  /// Lets the watcher end without a signal: the process number it knows is free for others now.
  private void dismissWatcher() {
    try (OutputStream watcher = process.getOutputStream()) {
      watcher.write("gone\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException _) {
      // It has ended already.
    }
  }

  private void awaitReady(Path folder) throws IOException {
    boolean seen = Polling.until(() -> !process.isAlive() || isReady(folder), START);
    if (!seen) {
      stop();
      throw new PostgresException(
          "PostgreSQL did not get ready within " + START.toSeconds() + " s");
    }
    if (!process.isAlive()) {
      joinLog();
      throw new PostgresException(
          "PostgreSQL does not start: " + String.join(" | ", log.lastLines()));
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

  /// Waits until it has ended, and answers the last lines that it said.
  List<String> awaitEnd() throws InterruptedException {
    process.waitFor();
    logThread.join(Duration.ofSeconds(1));
    return log.lastLines();
  }

  /// Rolls back what is under way, writes everything to disk and ends all its processes.
  void stop() throws IOException {
    try {
      process.getOutputStream().close();
    } catch (IOException _) {
      // PostgreSQL or the watcher is gone.
    }
    try {
      if (!process.waitFor(FAST_SHUTDOWN.toSeconds(), TimeUnit.SECONDS)) {
        LOGGER.warn("PostgreSQL did not stop within {} and is killed", FAST_SHUTDOWN);
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException _) {
      // It stops without us too.
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
