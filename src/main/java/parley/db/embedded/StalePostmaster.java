package parley.db.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A PostgreSQL that a killed process left behind: its lock files, and perhaps the server itself,
/// still running.
final class StalePostmaster {
  private static final Logger LOGGER = LoggerFactory.getLogger(StalePostmaster.class);

  /// A fast shutdown writes all dirty buffers to disk; an immediate one does not.
  private static final Duration FAST_SHUTDOWN = Duration.ofSeconds(60);

  private static final Duration IMMEDIATE_SHUTDOWN = Duration.ofSeconds(10);

  private final Path folder;
  private final OsUser user;

  StalePostmaster(Path folder, OsUser user) {
    this.folder = folder;
    this.user = user;
  }

  /// Returns the setting in PostgreSQL's command line that identifies the server of this cluster.
  static String mark(Path folder) {
    return "parley.folder=" + folder;
  }

  /// Stops a server that still runs on the cluster and removes its lock files, which would keep the
  /// next one from starting. The caller holds the lock of the data directory.
  void remove() throws IOException {
    Optional<ProcessHandle> running = running();
    if (running.isPresent()) {
      long pid = running.get().pid();
      LOGGER.info("Stopping PostgreSQL (process {}), left behind by an earlier start", pid);
      signal("INT", pid);
      if (!hasExited(FAST_SHUTDOWN)) {
        signal("QUIT", pid);
      }
      if (!hasExited(IMMEDIATE_SHUTDOWN)) {
        throw new PostgresException(
            "Process "
                + pid
                + " is still running the database in "
                + folder
                + " and does not stop");
      }
    }
    // The recorded process id may belong to another program by now, which PostgreSQL would mistake
    // for itself. PostgreSQL detects surviving child processes by their shared memory.
    Files.deleteIfExists(pidFile());
    Files.deleteIfExists(folder.resolve(SocketPath.SOCKET + ".lock"));
    Files.deleteIfExists(folder.resolve(SocketPath.SOCKET));
  }

  private Path pidFile() {
    return folder.resolve(Postmaster.PID_FILE);
  }

  /// Returns the process with the recorded id if it is the server of this cluster. A zombie has no
  /// arguments and does not count.
  private Optional<ProcessHandle> running() throws IOException {
    if (!Files.exists(pidFile())) {
      return Optional.empty();
    }
    String pid = Files.readString(pidFile()).lines().findFirst().orElse("").strip();
    if (!pid.matches("[1-9][0-9]{0,9}")) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(pid))
        .filter(process ->
            List.of(process.info().arguments().orElse(new String[0])).contains(mark(folder)));
  }

  /// Sends a signal as the PostgreSQL user, so that a wrong id cannot hit another user's process.
  private void signal(String name, long pid) throws IOException {
    Programs.run(
        user.command(
            List.of("/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "sh", name, Long.toString(pid))),
        Path.of("/"));
  }

  private boolean hasExited(Duration timeout) throws IOException {
    return Polling.until(() -> running().isEmpty(), timeout);
  }
}
