package parley.app;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import parley.app.Doctor.Finding;
import parley.app.Doctor.State;
import parley.config.Config;
import parley.config.Config.LogFormat;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Prints how each part is that a server needs.
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Tries each part that the server needs and prints how it is, also while the server runs or"
            + " when it does not start. Ends with status 1 when one is bad.")
final class DoctorCommand implements Callable<Integer> {
  @CommandLine.Spec CommandLine.Model.CommandSpec spec;
  @Mixin ConfigOptions options;

  @Override
  public Integer call() throws IOException {
    Config config = options.read();
    Logging.configure(LogFormat.TEXT, Level.OFF);
    Path scratch = Files.createTempDirectory("parley-doctor-").toRealPath();
    try {
      List<Finding> findings = new Doctor(config, Main.home(), scratch).examine();
      print(findings);
      return findings.stream().anyMatch(finding -> finding.state() == State.BAD) ? 1 : 0;
    } finally {
      remove(scratch);
    }
  }

  private void print(List<Finding> findings) {
    PrintWriter out = spec.commandLine().getOut();
    for (Finding finding : findings) {
      out.printf(
          "%-10s %-5s %s%n",
          finding.part(),
          finding.state().name().toLowerCase(Locale.ROOT),
          // One line each, whatever a program said.
          finding.detail().replaceAll("\\s+", " "));
    }
    out.flush();
  }

  static void remove(Path folder) throws IOException {
    try (Stream<Path> content = Files.walk(folder)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
