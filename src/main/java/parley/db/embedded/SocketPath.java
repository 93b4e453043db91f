package parley.db.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A path of a cluster's socket that is short enough for the operating system. The limit is 104
/// bytes on macOS and 108 on Linux, including the terminating zero.
final class SocketPath {
  /// PostgreSQL's name for the socket of port 5432.
  static final String SOCKET = ".s.PGSQL.5432";

  private static final int MAX_BYTES = 100;
  private static final String LINK = "postgresql";

  private final Path dataDirectory;
  private final Path folder;

  SocketPath(Path dataDirectory, Path folder) {
    this.dataDirectory = dataDirectory;
    this.folder = folder;
  }

  /// Returns the absolute path if it is short enough, else the path relative to the working
  /// directory, else one through a symbolic link in the directory for temporary files.
  Path shortened() throws IOException {
    Path working = Path.of("").toAbsolutePath();
    for (Path path : List.of(folder, working.relativize(folder))) {
      if (fits(path.resolve(SOCKET))) {
        return path.resolve(SOCKET);
      }
    }
    return linkFolder().resolve(LINK).resolve(SOCKET);
  }

  private static boolean fits(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
  }

  /// The link is recorded in the data directory, so that killed processes leave one link in total
  /// rather than one per start.
  private Path linkFolder() throws IOException {
    Path record = dataDirectory.resolve("postgresql.link");
    if (Files.exists(record)) {
      Path recorded = Path.of(Files.readString(record).strip());
      Path link = recorded.resolve(LINK);
      if (Files.isSymbolicLink(link)
          && Files.readSymbolicLink(link).equals(folder)
          && Files.getOwner(recorded).equals(Files.getOwner(record))) {
        return recorded;
      }
    }
    // The JDK creates it with permissions for its owner only.
    Path created = Files.createTempDirectory("parley-");
    Files.createSymbolicLink(created.resolve(LINK), folder);
    Files.writeString(record, created + "\n");
    return created;
  }

  /// Removes the link if there is one.
  void remove() throws IOException {
    Path record = dataDirectory.resolve("postgresql.link");
    if (Files.exists(record)) {
      Path created = linkFolder();
      Files.deleteIfExists(created.resolve(LINK));
      Files.deleteIfExists(created);
      Files.delete(record);
    }
  }
}
