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
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of the embedded database inside a data folder, and the password to it beside them.
final class Cluster {
  private static final Logger LOGGER = LoggerFactory.getLogger(Cluster.class);

  /// The one user of the database.
  static final String USER = "parley";

  /// 256 bits: nobody guesses it.
  private static final int PASSWORD_BYTES = 32;

  private static final String UNFINISHED = "postgresql.unfinished-";

  private final Path dataDirectory;

  Cluster(Path dataDirectory) {
    this.dataDirectory = dataDirectory;
  }

  /// The folder that PostgreSQL itself calls its data directory.
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
          "The password of the database is gone: there is no file " + passwordFile());
    }
    return Files.readString(passwordFile()).strip();
  }

  /// How a process that runs as the account and in the cluster's folder names that folder. The
  /// account may not be allowed to enter the folders above, as when the data folder lies below a
  /// home; going through the working directory it does not have to.
  static String path(Path folder, OsUser account) {
    Path here = Path.of("/proc/self/cwd");
    return account.own() || !Files.exists(here) ? folder.toString() : here.toString();
  }

  /// Makes the files. A kill or a power cut in the middle leaves nothing that looks like a cluster.
  void create(PostgresBinaries programs, OsUser account, Durability durability) throws IOException {
    LOGGER.info("Making the database in {} (first start)", folder());
    removeUnfinished();
    // A new name each time: an initdb that outlived its killed parent must not write in here.
    Path unfinished = Files.createTempDirectory(dataDirectory, UNFINISHED);
    account.own(unfinished);
    String password = random(PASSWORD_BYTES);
    Path input = unfinished.resolveSibling(unfinished.getFileName() + ".password");
    writePrivately(input, password);
    account.own(input);
    Programs.Outcome outcome =
        Programs.outcome(
            Programs.prepare(
                    account.running(
                        List.of(
                            programs.program("initdb"),
                            "--pgdata=" + path(unfinished, account),
                            "--username=" + USER,
                            "--pwfile=/dev/stdin",
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            // The same order of texts on every machine and after every upgrade.
                            "--locale=C",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8",
                            "--no-instructions",
                            durability == Durability.FULL ? "--sync-method=fsync" : "--no-sync")),
                    unfinished)
                .redirectInput(input.toFile()));
    Files.delete(input);
    if (outcome.failed()) {
      throw new PostgresException("The database cannot be made: " + outcome.output());
    }
    writePrivately(passwordFile(), password);
    Files.move(unfinished, folder(), StandardCopyOption.ATOMIC_MOVE);
  }

  private void removeUnfinished() throws IOException {
    try (Stream<Path> entries = Files.list(dataDirectory)) {
      for (Path entry : entries.toList()) {
        if (entry.getFileName().toString().startsWith(UNFINISHED)) {
          Folders.delete(entry);
          Files.deleteIfExists(entry);
        }
      }
    }
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /// Writes a file that its owner alone may read; it is there whole or not at all.
  private void writePrivately(Path file, String text) throws IOException {
    // Temporary files and folders of the JDK are private to their owner.
    Path written = Files.createTempFile(dataDirectory, UNFINISHED, ".text");
    Files.writeString(written, text + "\n");
    try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// Refuses files of another major version, which PostgreSQL cannot read.
  void ensureReadableBy(PostgresBinaries programs) throws IOException {
    String made = Files.readString(folder().resolve("PG_VERSION")).strip();
    String brought = programs.majorVersion();
    if (!made.equals(brought)) {
      throw new PostgresException(
          "The database in "
              + folder()
              + " was made by PostgreSQL "
              + made
              + ", but this Parley brings PostgreSQL "
              + brought
              + "; dump it with the Parley that made it and restore it here, or set database.url");
    }
  }
}
