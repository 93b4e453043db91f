package parley.db.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// PostgreSQL's log: the current file and one rotated file, neither much larger than the limit.
final class ServerLog {
  private static final Logger LOGGER = LoggerFactory.getLogger(ServerLog.class);
  private static final int MAX_LAST_LINES = 20;

  private final Path file;
  private final long maxBytes;
  private final Deque<String> lastLines = new ArrayDeque<>();
  private boolean failed;

  ServerLog(Path file, long maxBytes) {
    this.file = file;
    this.maxBytes = maxBytes;
  }

  /// Copies the stream to the file until it ends. On a full disk lines are dropped, because
  /// PostgreSQL would block if nobody read its output.
  void copy(InputStream output) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
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
      if (Files.exists(file) && Files.size(file) >= maxBytes) {
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
      }
      if (Files.notExists(file)) {
        // Readable by the owner only, because the log quotes statements.
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
      failed = false;
    } catch (IOException failure) {
      if (!failed) {
        LOGGER.warn("Cannot write PostgreSQL's log to {}", file, failure);
      }
      failed = true;
    }
  }

  private synchronized void remember(String line) {
    lastLines.addLast(line);
    if (lastLines.size() > MAX_LAST_LINES) {
      lastLines.removeFirst();
    }
  }

  /// Returns the last 20 lines, oldest first.
  synchronized List<String> lastLines() {
    return List.copyOf(lastLines);
  }
}
