package parley.db.embedded;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/// The programs of PostgreSQL, unpacked from the class path once and kept in a cache folder.
final class PostgresBinaries {
  private static final Logger LOGGER = LoggerFactory.getLogger(PostgresBinaries.class);
  private static final Set<PosixFilePermission> PROGRAM =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Set<PosixFilePermission> PLAIN_FILE =
      PosixFilePermissions.fromString("rw-r--r--");
  private static final String UNFINISHED = ".unfinished-";

  private final Path folder;

  private PostgresBinaries(Path folder) {
    this.folder = folder;
  }

  /// The programs, in the first of the cache folders that this process can write and the account
  /// can reach.
  static synchronized PostgresBinaries unpacked(List<Path> caches, OsUser account)
      throws IOException {
    URL archive = archive();
    String name = name(archive);
    List<String> refusals = new ArrayList<>();
    for (Path cache : caches) {
      try {
        Path folder = cache.resolve(name);
        if (!Files.isDirectory(folder)) {
          // Asked first, so that no folder is made where it would be of no use.
          ensureReached(existing(cache), account);
          Files.createDirectories(cache);
          ensureUsable(cache, account);
          unpack(archive, folder, account);
        }
        ensureUsable(folder, account);
        return new PostgresBinaries(folder);
      } catch (IOException | PostgresException refusal) {
        refusals.add(cache + " (" + refusal.getMessage() + ")");
      }
    }
    throw new PostgresException(
        "There is no folder to unpack PostgreSQL into: " + String.join(", ", refusals));
  }

  private static URL archive() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch");
    String name =
        "/postgres-"
            + (system.startsWith("mac") ? "darwin" : system)
            + "-"
            + (processor.equals("aarch64") ? "arm_64" : "x86_64")
            + ".txz";
    URL archive = PostgresBinaries.class.getResource(name);
    if (archive == null) {
      throw new PostgresException(
          "No PostgreSQL comes with Parley for this kind of machine ("
              + system
              + ", "
              + processor
              + "); set database.url to use one of your own");
    }
    return archive;
  }

  /// A name that changes with the archive's content, without reading it.
  private static String name(URL archive) throws IOException {
    JarURLConnection connection = (JarURLConnection) archive.openConnection();
    String file = Path.of(connection.getJarFile().getName()).getFileName().toString();
    return file.replace(".jar", "") + "-" + Long.toHexString(connection.getJarEntry().getCrc());
  }

  /// Refuses a folder in which others could replace the programs, or whose programs the account
  /// could not start.
  private static void ensureUsable(Path folder, OsUser account) throws IOException {
    if (Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new PostgresException("everybody may write to it");
    }
    if (!account.trusts(folder)) {
      throw new PostgresException("it belongs to another user");
    }
    ensureReached(folder, account);
  }

  private static void ensureReached(Path folder, OsUser account) throws IOException {
    if (!account.reaches(folder)) {
      throw new PostgresException("the user who runs PostgreSQL cannot reach it");
    }
  }

  /// The folder, or the nearest one above it that is there.
  private static Path existing(Path folder) {
    Path step = folder.toAbsolutePath();
    while (!Files.isDirectory(step)) {
      step = step.resolve("..").normalize();
    }
    return step;
  }

  private static void unpack(URL archive, Path folder, OsUser account) throws IOException {
    Path cache = folder.resolveSibling("");
    try (FileChannel channel =
            FileChannel.open(
                cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      if (Files.isDirectory(folder)) {
        return;
      }
      // Whoever unpacks holds the lock, so what is unfinished now will never be finished.
      removeUnfinished(cache);
      LOGGER.info("Unpacking PostgreSQL into {} (first start)", folder);
      Path unfinished = Files.createTempDirectory(cache, UNFINISHED);
      Files.setPosixFilePermissions(unfinished, PROGRAM);
      try (TarArchiveInputStream tar =
          new TarArchiveInputStream(
              new XZInputStream(new BufferedInputStream(archive.openStream())))) {
        unpack(tar, unfinished);
      }
      PostgresBinaries programs = new PostgresBinaries(unfinished);
      Programs.Outcome trial =
          Programs.run(
              account.running(List.of(programs.program("postgres"), "--version")), Path.of("/"));
      if (trial.failed()) {
        Folders.delete(unfinished);
        throw new PostgresException("a program in it does not start: " + trial.output());
      }
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void removeUnfinished(Path cache) throws IOException {
    try (Stream<Path> entries = Files.list(cache)) {
      for (Path entry : entries.toList()) {
        if (entry.getFileName().toString().startsWith(UNFINISHED)) {
          Folders.delete(entry);
        }
      }
    }
  }

  private static void unpack(TarArchiveInputStream tar, Path folder) throws IOException {
    TarArchiveEntry entry = tar.getNextEntry();
    while (entry != null) {
      Path path = folder.resolve(entry.getName()).normalize();
      if (!path.startsWith(folder)) {
        throw new IOException("the archive names a place outside of it: " + entry.getName());
      }
      makeFolder(entry.isDirectory() ? path : path.resolveSibling(""));
      if (entry.isSymbolicLink()) {
        Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      } else if (entry.isFile() && !entry.getName().endsWith(".a")) {
        boolean executable = (entry.getMode() & 0100) != 0;
        write(tar, path, executable || entry.getName().startsWith("lib/lib"));
        Files.setPosixFilePermissions(path, executable ? PROGRAM : PLAIN_FILE);
      }
      entry = tar.getNextEntry();
    }
  }

  private static void makeFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PROGRAM);
    }
  }

  /// Writes a file; code also reaches the disk before this returns, so that a power cut after the
  /// first start leaves no program that is half zeros.
  private static void write(InputStream content, Path path, boolean code) throws IOException {
    Files.copy(content, path);
    if (code) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
  }

  /// The path of `postgres` or `initdb`.
  String program(String name) {
    return folder.resolve("bin").resolve(name).toString();
  }

  /// The major version, as in `PG_VERSION` of a cluster.
  String majorVersion() throws IOException {
    // The first line of this file is the version that initdb itself goes by: "# PostgreSQL 18".
    try (BufferedReader lines =
        Files.newBufferedReader(folder.resolve("share/postgresql/postgres.bki"))) {
      return String.valueOf(lines.readLine()).replace("# PostgreSQL ", "").strip();
    }
  }
}
