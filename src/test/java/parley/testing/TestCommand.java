package parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a run of `parley` in a separate process returned and printed.
public record TestCommand(int status, String out, String err) {
  /// Runs a command such as `admin tenant list` to its end.
  public static TestCommand run(String... arguments) throws IOException, InterruptedException {
    return run(Map.of(), arguments);
  }

  /// Like [#run(String...)] with settings such as `database.user` → `parley`.
  public static TestCommand run(Map<String, String> settings, String... arguments)
      throws IOException, InterruptedException {
    return run(InstalledProgram.command(), settings, arguments);
  }

  /// Like [#run(String...)] in the first process of a build, which writes the AOT cache of later
  /// ones.
  public static TestCommand runFirst(Path cache, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = InstalledProgram.command("-XX:AOTCacheOutput=" + cache);
    command.removeIf(option -> option.startsWith("-XX:AOTCache="));
    return run(command, Map.of(), arguments);
  }

  private static TestCommand run(
      List<String> command, Map<String, String> settings, String... arguments)
      throws IOException, InterruptedException {
    command.addAll(List.of(arguments));
    Path err = Files.createTempFile("parley-command-", ".err");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
      settings.forEach((key, value) ->
          builder
              .environment()
              .put("PARLEY_" + key.toUpperCase(Locale.ROOT).replace('.', '_'), value));
      Process process = builder.start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new TestCommand(process.waitFor(), out, Files.readString(err));
    } finally {
      Files.delete(err);
    }
  }

  /// The line with which the command refused to run; fails if it did run, or said more than that.
  public String refusal() {
    assertThat(status).as(out + err).isEqualTo(1);
    assertThat(err.lines()).hasSize(1);
    return err.strip();
  }
}
