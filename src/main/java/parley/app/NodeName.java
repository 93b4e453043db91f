package parley.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/// The name under which a node works on jobs: drawn once for a data directory and kept in it.
final class NodeName {
  private NodeName() {}

  static String of(Path dataDirectory) throws IOException {
    Path file = dataDirectory.resolve("node");
    if (!Files.exists(file)) {
      Path partial = dataDirectory.resolve("node.partial");
      Files.writeString(partial, UUID.randomUUID().toString());
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return Files.readString(file).strip();
  }
}
