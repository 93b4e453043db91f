package parley.db.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds and runs command line tools of the operating system.
final class Programs {
  /// Includes the directories for administrators, which may be missing in a user's PATH.
  private static final List<Path> SYSTEM_DIRECTORIES =
      List.of(Path.of("/usr/sbin"), Path.of("/sbin"), Path.of("/usr/bin"), Path.of("/bin"));

  /// The environment of child processes: nothing of ours, and English messages.
  static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C", "TZ", "UTC");

  /// The exit status of a program and its output.
  record Outcome(int status, String output) {
    boolean failed() {
      return status != 0;
    }
  }

  private Programs() {}

  static Optional<String> find(String name) {
    return SYSTEM_DIRECTORIES.stream()
        .map(directory -> directory.resolve(name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString);
  }

  /// Prepares a command with standard error merged into standard output.
  static ProcessBuilder prepare(List<String> command, Path workingDirectory) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(ENVIRONMENT);
    return builder.directory(workingDirectory.toFile()).redirectErrorStream(true);
  }

  /// Runs a command with empty input and waits for it.
  static Outcome run(List<String> command, Path workingDirectory) throws IOException {
    return outcome(prepare(command, workingDirectory).redirectInput(Path.of("/dev/null").toFile()));
  }

  /// Runs a prepared command and waits for it.
  static Outcome outcome(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    try {
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Outcome(process.waitFor(), output);
    } catch (InterruptedException interrupted) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new PostgresException(
          "interrupted while running " + builder.command().getFirst(), interrupted);
    }
  }
}
