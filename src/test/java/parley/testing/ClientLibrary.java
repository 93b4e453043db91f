package parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Other vendors' client libraries, as their registries have them, used by scripts of
/// `src/test/resources/clients` that print one JSON value.
public enum ClientLibrary {
  PYTHON("python-clients"),
  NODE("node-clients"),
  /// Home Assistant's bridge, a program in Python.
  WYOMING("wyoming-openai");

  private static final Path SCRIPTS = Path.of("src/test/resources/clients").toAbsolutePath();

  /// Long, for loaded machines; a passing test never waits for it.
  private static final long LIMIT_MINUTES = 5;

  private final String packages;

  ClientLibrary(String packages) {
    this.packages = packages;
  }

  /// Runs a script to its end and returns what it printed.
  ///
  /// @param name of the script, without its suffix
  /// @throws IllegalStateException if it fails, with what it printed on its standard error
  public JsonNode run(String name, Map<String, String> environment) {
    ProcessBuilder script = script(name);
    script.environment().putAll(environment);
    try {
      Process process = script.start();
      try {
        StringBuilder errors = new StringBuilder();
        Thread reader =
            Thread.ofVirtual()
                .start(() ->
                    process
                        .errorReader(StandardCharsets.UTF_8)
                        .lines()
                        .forEach(line -> errors.append(line).append('\n')));
        Thread limit = Thread.ofVirtual().start(() -> stopLate(process));
        String printed =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        limit.interrupt();
        reader.join();
        if (status != 0) {
          throw new IllegalStateException(name + " ended with " + status + ":\n" + errors);
        }
        return JsonMapper.shared().readTree(printed);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private ProcessBuilder script(String name) {
    Path packagesPath = Programs.installed(packages);
    List<String> command = new ArrayList<>();
    ProcessBuilder script = new ProcessBuilder(command);
    switch (this) {
      case PYTHON, WYOMING ->
          command.addAll(
              List.of(packagesPath.toString(), SCRIPTS.resolve(name + ".py").toString()));
      case NODE -> {
        command.addAll(
            List.of(
                Programs.installed("node").toString(), SCRIPTS.resolve(name + ".mjs").toString()));
        script.directory(packagesPath.toFile());
      }
    }
    return script;
  }

  private static void stopLate(Process process) {
    try {
      if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
