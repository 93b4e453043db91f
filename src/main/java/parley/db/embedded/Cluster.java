package parley.db.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of the embedded PostgreSQL in a data directory, including its password.
final class Cluster {
  private static final Logger LOGGER = LoggerFactory.getLogger(Cluster.class);

  /// The only database user.
  static final String USER = "parley";

  private static final int PASSWORD_BYTES = 32;

  private static final String ACCESS_FILE = "parley_hba.conf";

  /// How users prove who they are: with the password, as it is. It goes to a process of ours, over
  /// a socket that nobody else can open, and never over a network. PostgreSQL keeps no more than
  /// its hash. With SCRAM each connection would cost 10 ms of processor time, the first one 60.
  private static final String ACCESS = "local all all password\n";

  private static final String UNFINISHED = "postgresql.unfinished-";

  private final Path dataDirectory;

  Cluster(Path dataDirectory) {
    this.dataDirectory = dataDirectory;
  }

  /// PostgreSQL's own data directory.
  Path folder() {
    return dataDirectory.resolve("postgresql");
  }

  Path logFile() {
    return dataDirectory.resolve("postgresql.log");
  }

  private Path passwordFile() {
    return dataDirectory.resolve("postgresql.password");
  }

  boolean exists() {
    return Files.isDirectory(folder());
  }

  String password() throws IOException {
    if (!Files.exists(passwordFile())) {
      throw new PostgresException(
          "The password of the database is missing: there is no file " + passwordFile());
    }
    return Files.readString(passwordFile()).strip();
  }

  /// Returns the path of the cluster for a process of that user whose working directory is the
  /// cluster. The user may not be allowed to enter the parent directories, for example below a home
  /// directory; the path of the working directory avoids them.
  static String path(Path folder, OsUser user) {
    Path workingDirectory = Path.of("/proc/self/cwd");
    return user.current() || !Files.exists(workingDirectory)
        ? folder.toString()
        : workingDirectory.toString();
  }

  /// Creates the cluster. A kill or power cut half way leaves nothing that looks like one.
  void create(PostgresBinaries binaries, OsUser user, Durability durability) throws IOException {
    LOGGER.info("Creating the database in {} (first start)", folder());
    Leftovers.delete(dataDirectory, UNFINISHED);
    // A new name each time, because an initdb may have outlived its killed parent.
    Path unfinished = Files.createTempDirectory(dataDirectory, UNFINISHED);
    user.own(unfinished);
    String password = random(PASSWORD_BYTES);
    Path input = unfinished.resolveSibling(unfinished.getFileName() + ".password");
    writePrivately(input, password);
    user.own(input);
    Programs.Outcome outcome =
        Programs.outcome(
            Programs.prepare(
                    user.command(
                        List.of(
                            binaries.program("initdb"),
                            "--pgdata=" + path(unfinished, user),
                            "--username=" + USER,
                            "--pwfile=/dev/stdin",
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            // The same sort order on every machine and after every upgrade.
                            "--locale=C",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8",
                            "--no-instructions",
                            durability == Durability.FULL ? "--sync-method=fsync" : "--no-sync")),
                    unfinished)
                .redirectInput(input.toFile()));
    Files.delete(input);
    if (outcome.failed()) {
      throw new PostgresException("Cannot create the database: " + outcome.output());
    }
    writePrivately(passwordFile(), password);
    Files.move(unfinished, folder(), StandardCopyOption.ATOMIC_MOVE);
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /// Atomically writes a file that only its owner can read.
  private void writePrivately(Path file, String text) throws IOException {
    // The JDK creates temporary files with permissions for their owner only.
    Path written = Files.createTempFile(dataDirectory, UNFINISHED, ".text");
    Files.writeString(written, text + "\n");
    try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// Writes who may connect, in place of what `initdb` or an older version wrote.
  ///
  /// @return the path for PostgreSQL's `hba_file`
  String grantAccess(OsUser user) throws IOException {
    Path file = folder().resolve(ACCESS_FILE);
    if (!Files.exists(file) || !Files.readString(file).equals(ACCESS)) {
      Path written = Files.createTempFile(folder(), ACCESS_FILE, ".new");
      Files.writeString(written, ACCESS);
      user.own(written);
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return path(folder(), user) + "/" + ACCESS_FILE;
  }

  /// Refuses a cluster of another major version, which PostgreSQL cannot read.
  void ensureReadableBy(PostgresBinaries binaries) throws IOException {
    String version = Files.readString(folder().resolve("PG_VERSION")).strip();
    String bundled = binaries.majorVersion();
    if (!version.equals(bundled)) {
      throw new PostgresException(
          ("The database in %s was created by PostgreSQL %s, but this Parley bundles PostgreSQL %s;"
                  + " dump it with the Parley that created it and restore it here, or set"
                  + " database.url")
              .formatted(folder(), version, bundled));
    }
  }
}
