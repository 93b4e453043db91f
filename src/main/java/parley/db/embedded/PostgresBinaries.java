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
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/// PostgreSQL's binaries, unpacked from the class path once and kept in a cache directory.
final class PostgresBinaries {
  private static final Logger LOGGER = LoggerFactory.getLogger(PostgresBinaries.class);
  private static final Set<PosixFilePermission> EXECUTABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Set<PosixFilePermission> REGULAR =
      PosixFilePermissions.fromString("rw-r--r--");
  private static final String UNFINISHED = ".unfinished-";

  private final Path folder;

  private PostgresBinaries(Path folder) {
    this.folder = folder;
  }

  /// Returns the binaries in the first cache directory that this process can write and the user can
  /// enter, unpacking them on first use.
  static synchronized PostgresBinaries unpacked(List<Path> caches, OsUser user) throws IOException {
    URL archive = archive();
    String name = name(archive);
    List<String> refusals = new ArrayList<>();
    for (Path cache : caches) {
      try {
        Path folder = cache.resolve(name);
        if (!Files.isDirectory(folder)) {
          // Checked first, so that no unusable directory is created.
          ensureReachable(existing(cache), user);
          Files.createDirectories(cache);
          ensureUsable(cache, user);
          unpack(archive, folder, user);
        }
        ensureUsable(folder, user);
        return new PostgresBinaries(folder);
      } catch (IOException | PostgresException refusal) {
        refusals.add(cache + " (" + refusal.getMessage() + ")");
      }
    }
    throw new PostgresException(
        "There is no directory to unpack PostgreSQL into: " + String.join(", ", refusals));
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
          "Parley bundles no PostgreSQL for this platform (%s, %s); set database.url to use another"
              .formatted(system, processor));
    }
    return archive;
  }

  /// Returns a directory name that changes with the archive's content, by its checksum in the jar.
  private static String name(URL archive) throws IOException {
    JarURLConnection connection = (JarURLConnection) archive.openConnection();
    String file = Path.of(connection.getJarFile().getName()).getFileName().toString();
    return file.replace(".jar", "") + "-" + Long.toHexString(connection.getJarEntry().getCrc());
  }

  /// Refuses a directory in which others could replace the binaries or that the user cannot enter.
  private static void ensureUsable(Path folder, OsUser user) throws IOException {
    if (Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new PostgresException("it is world-writable");
    }
    if (!user.trusts(folder)) {
      throw new PostgresException("it belongs to another user");
    }
    ensureReachable(folder, user);
  }

  private static void ensureReachable(Path folder, OsUser user) throws IOException {
    if (!user.canEnter(folder)) {
      throw new PostgresException("the user who runs PostgreSQL cannot enter it");
    }
  }

  /// Returns the directory or its nearest existing parent.
  private static Path existing(Path folder) {
    Path step = folder.toAbsolutePath();
    while (!Files.isDirectory(step)) {
      step = step.resolve("..").normalize();
    }
    return step;
  }

  private static void unpack(URL archive, Path folder, OsUser user) throws IOException {
    Path cache = folder.resolveSibling("");
    try (FileChannel channel =
            FileChannel.open(
                cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      if (Files.isDirectory(folder)) {
        return;
      }
      // Under the lock, unfinished directories are those of killed processes.
      Leftovers.delete(cache, UNFINISHED);
      LOGGER.info("Unpacking PostgreSQL into {} (first start)", folder);
      Path unfinished = Files.createTempDirectory(cache, UNFINISHED);
      Files.setPosixFilePermissions(unfinished, EXECUTABLE);
      try (TarArchiveInputStream tar =
          new TarArchiveInputStream(
              new XZInputStream(new BufferedInputStream(archive.openStream())))) {
        unpack(tar, unfinished);
      }
      String postgres = new PostgresBinaries(unfinished).program("postgres");
      Programs.Outcome trial =
          Programs.run(user.command(List.of(postgres, "--version")), Path.of("/"));
      if (trial.failed()) {
        Leftovers.deleteTree(unfinished);
        throw new PostgresException("binaries in it do not run: " + trial.output());
      }
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void unpack(TarArchiveInputStream tar, Path folder) throws IOException {
    TarArchiveEntry entry = tar.getNextEntry();
    while (entry != null) {
      Path path = folder.resolve(entry.getName()).normalize();
      if (!path.startsWith(folder)) {
        throw new IOException("the archive contains a path outside of it: " + entry.getName());
      }
      createDirectory(entry.isDirectory() ? path : path.resolveSibling(""));
      if (entry.isSymbolicLink()) {
        Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      } else if (entry.isFile() && !entry.getName().endsWith(".a")) {
        boolean executable = (entry.getMode() & 0100) != 0;
        write(tar, path, executable || entry.getName().startsWith("lib/lib"));
        Files.setPosixFilePermissions(path, executable ? EXECUTABLE : REGULAR);
      }
      entry = tar.getNextEntry();
    }
  }

  private static void createDirectory(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, EXECUTABLE);
    }
  }

  /// Writes a file, and forces code to disk so that a power cut after the first start leaves no
  /// truncated binary.
  private static void write(InputStream content, Path path, boolean code) throws IOException {
    Files.copy(content, path);
    if (code) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
  }

  /// Returns the path of an executable such as `postgres` or `initdb`.
  String program(String name) {
    return folder.resolve("bin").resolve(name).toString();
  }

  /// Returns the major version, in the format of a cluster's `PG_VERSION` file.
  String majorVersion() throws IOException {
    // initdb itself checks the first line of this file: "# PostgreSQL 18".
    try (BufferedReader lines =
        Files.newBufferedReader(folder.resolve("share/postgresql/postgres.bki"))) {
      return String.valueOf(lines.readLine()).replace("# PostgreSQL ", "").strip();
    }
  }
}
