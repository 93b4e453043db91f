package parley.db.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A path to the socket in a cluster's folder that is short enough for the operating system, which
/// allows 104 bytes on macOS and 108 on Linux, the end mark included.
final class SocketPath {
  /// What PostgreSQL calls the socket of its usual port.
  static final String SOCKET = ".s.PGSQL.5432";

  private static final int MOST_BYTES = 100;
  private static final String LINK = "postgresql";

  private final Path dataDirectory;
  private final Path folder;

  SocketPath(Path dataDirectory, Path folder) {
    this.dataDirectory = dataDirectory;
    this.folder = folder;
  }

  /// The path itself where it is short enough, else the way from the working directory, else one
  /// through a symbolic link in the folder for temporary files.
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
    return path.toString().getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES;
  }

  /// The link is remembered in the data folder, so that a process that was killed leaves one link
  /// and not one for each start.
  private Path linkFolder() throws IOException {
    Path record = dataDirectory.resolve("postgresql.link");
    if (Files.exists(record)) {
      Path kept = Path.of(Files.readString(record).strip());
      Path link = kept.resolve(LINK);
      if (Files.isSymbolicLink(link)
          && Files.readSymbolicLink(link).equals(folder)
          && Files.getOwner(kept).equals(Files.getOwner(record))) {
        return kept;
      }
    }
    // Made by the JDK so that its owner alone may enter it.
    Path made = Files.createTempDirectory("parley-");
    Files.createSymbolicLink(made.resolve(LINK), folder);
    Files.writeString(record, made + "\n");
    return made;
  }

  /// Removes the link, if one was made.
  void remove() throws IOException {
    Path record = dataDirectory.resolve("postgresql.link");
    if (Files.exists(record)) {
      Path made = linkFolder();
      Files.deleteIfExists(made.resolve(LINK));
      Files.deleteIfExists(made);
      Files.delete(record);
    }
  }
}
