package parley.db.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What an earlier process that was killed may have left: the files that say PostgreSQL is running,
/// and PostgreSQL itself still running.
final class StalePostmaster {
  private static final Logger LOGGER = LoggerFactory.getLogger(StalePostmaster.class);

  /// A fast shutdown writes everything in memory to disk; an immediate one only ends processes.
  private static final Duration FAST_SHUTDOWN = Duration.ofSeconds(60);

  private static final Duration IMMEDIATE_SHUTDOWN = Duration.ofSeconds(10);

  private final Path folder;
  private final OsUser account;

  StalePostmaster(Path folder, OsUser account) {
    this.folder = folder;
    this.account = account;
  }

  /// The argument by which a PostgreSQL for this folder is known in a list of processes.
  static String mark(Path folder) {
    return "parley.folder=" + folder;
  }

  /// Ends a PostgreSQL that still runs on the folder and removes the files that would keep the next
  /// from starting. The caller holds the data folder's lock, so the next is the only one.
  void clearAway() throws IOException {
    Optional<ProcessHandle> running = running();
    if (running.isPresent()) {
      long pid = running.get().pid();
      LOGGER.info("Stopping the PostgreSQL (process {}) that an earlier start left behind", pid);
      signal("INT", pid);
      if (!gone(FAST_SHUTDOWN)) {
        signal("QUIT", pid);
      }
      if (!gone(IMMEDIATE_SHUTDOWN)) {
        throw new PostgresException(
            "Process " + pid + " still runs the database in " + folder + " and does not stop");
      }
    }
    // With the process gone its number may be another program's by now, and PostgreSQL would take
    // that one for itself. Processes it may have left are found by their shared memory.
    Files.deleteIfExists(pidFile());
    Files.deleteIfExists(folder.resolve(SocketPath.SOCKET + ".lock"));
    Files.deleteIfExists(folder.resolve(SocketPath.SOCKET));
  }

  private Path pidFile() {
    return folder.resolve(Postmaster.PID_FILE);
  }

  /// The process of the number in the file, if it is a PostgreSQL for this folder. One that ended
  /// and was not collected by its parent has no arguments any more and does not count.
  private Optional<ProcessHandle> running() throws IOException {
    if (!Files.exists(pidFile())) {
      return Optional.empty();
    }
    String number = Files.readString(pidFile()).lines().findFirst().orElse("").strip();
    if (!number.matches("[1-9][0-9]{0,9}")) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(number))
        .filter(process ->
            process
                .info()
                .arguments()
                .map(Arrays::asList)
                .orElse(List.of())
                .contains(mark(folder)));
  }

  /// Sent as the account, so that a wrong number could hit nothing of anybody else.
  private void signal(String name, long pid) throws IOException {
    Programs.run(
        account.running(
            List.of("/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "sh", name, Long.toString(pid))),
        Path.of("/"));
  }

  private boolean gone(Duration limit) throws IOException {
    return Polling.until(() -> running().isEmpty(), limit);
  }
}
