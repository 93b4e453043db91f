package parley.db.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps what PostgreSQL says in a file, and one older file, neither much larger than the limit.
final class ServerLog {
  private static final Logger LOGGER = LoggerFactory.getLogger(ServerLog.class);
  private static final int REMEMBERED_LINES = 20;

  private final Path file;
  private final long limitBytes;
  private final Deque<String> lastLines = new ArrayDeque<>();
  private boolean failed;

  ServerLog(Path file, long limitBytes) {
    this.file = file;
    this.limitBytes = limitBytes;
  }

  /// Copies the stream into the file until it ends. A full disk loses lines and nothing else:
  /// PostgreSQL would stand still if nobody read what it says.
  void keep(InputStream said) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(said, StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        remember(line);
        append(line);
        line = lines.readLine();
      }
    }
  }

  private void append(String line) {
    try {
      if (size() >= limitBytes) {
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
      }
      if (Files.notExists(file)) {
        // It quotes statements: for the owner's eyes.
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
      failed = false;
    } catch (IOException failure) {
      if (!failed) {
        LOGGER.warn("What PostgreSQL says cannot be written to {}", file, failure);
      }
      failed = true;
    }
  }

  private long size() throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException _) {
      return 0;
    }
  }

  private synchronized void remember(String line) {
    lastLines.addLast(line);
    if (lastLines.size() > REMEMBERED_LINES) {
      lastLines.removeFirst();
    }
  }

  /// The newest lines, oldest first.
  synchronized List<String> lastLines() {
    return List.copyOf(lastLines);
  }
}
