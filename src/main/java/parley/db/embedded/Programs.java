package parley.db.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds and runs small programs of the operating system.
final class Programs {
  /// Where system programs are, also for a user whose PATH leaves the administrator's folders out.
  private static final List<Path> SYSTEM_FOLDERS =
      List.of(Path.of("/usr/sbin"), Path.of("/sbin"), Path.of("/usr/bin"), Path.of("/bin"));

  /// What a child gets to see of the environment: nothing of ours, and English messages.
  static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C", "TZ", "UTC");

  /// How a program ended, with everything it wrote.
  record Outcome(int status, String output) {
    boolean failed() {
      return status != 0;
    }
  }

  private Programs() {}

  static Optional<String> find(String name) {
    return SYSTEM_FOLDERS.stream()
        .map(folder -> folder.resolve(name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString);
  }

  /// Prepares a command whose errors go where its output goes.
  static ProcessBuilder prepare(List<String> command, Path folder) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(ENVIRONMENT);
    return builder.directory(folder.toFile()).redirectErrorStream(true);
  }

  /// Runs a command to its end, with an empty input.
  static Outcome run(List<String> command, Path folder) throws IOException {
    return outcome(prepare(command, folder).redirectInput(Path.of("/dev/null").toFile()));
  }

  /// Runs a prepared command to its end.
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
          "interrupted while " + builder.command().getFirst() + " ran", interrupted);
    }
  }
}
