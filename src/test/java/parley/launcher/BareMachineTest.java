package parley.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.Eventually;

/// The README's instructions, on a machine with nothing but a JDK, which `dev/bare-root` sets up,
/// and with the archive, not even that.
@Tag("slow")
final class BareMachineTest {
  /// What two tests look at: a machine takes longer to make than what they do on it.
  private static String untouched = "";

  private static final String NEXT = "\nnext\n";

  /// Creates the base system that the other machines are copied from, too.
  @BeforeAll
  static void makeAMachine() throws Exception {
    Outcome outcome =
        withoutCaches(
            String.join(
                "\n",
                "su newcomer -c '" + ReadmeStart.read().fromSource() + "' || echo \"status $?\"",
                "echo next",
                "packaging/debian/check",
                "echo \"status $?\""));
    untouched = outcome.output();
    assertThat(untouched).containsOnlyOnce(NEXT);
  }

  @Test
  void tellsAnOrdinaryUserInOneLineWhatToInstall() {
    assertThat(untouched.substring(0, untouched.indexOf(NEXT)))
        .startsWith("parley: Maven is not installed")
        .contains("apt install maven")
        .endsWith("\nstatus 1")
        .hasLineCount(2);
  }

  @Test
  void answersTheLinesOfTheReadmeFromSourceAndFromTheArchiveWithoutAnyJava() throws Exception {
    ReadmeStart start = ReadmeStart.read();

    String output = output(start.onABareMachine());

    assertThat(output).containsOnlyOnce("parley: installing maven");
    // For each of three servers, once for the line that it printed and once for the README's.
    assertThat(start.answersIn(output)).as(output).isEqualTo(6);
  }

  /// What the script prints on a bare machine. `./parley check` has begun it before it compiled.
  private static String output(String script) throws Exception {
    String begun = System.getProperty("parley.bare-machine");
    if (begun == null) {
      return onABareMachine(script).output();
    }
    ProcessHandle.of(Long.parseLong(begun)).ifPresent(running -> running.onExit().join());
    return Files.readString(Path.of("target/bare-machine.log"));
  }

  @Test
  void upgradesARunningServerOfThePackageAndErasesNoDataWithIt() {
    assertThat(untouched.substring(untouched.indexOf(NEXT))).endsWith("\nstatus 0");
  }

  @Test
  void leavesNeitherMountsNorProcessesNorFilesWhenItIsKilled() throws Exception {
    Process machine = start("no", "echo \"it is $(mount | wc -l)\"; read -r never");
    BufferedReader output = machine.inputReader(StandardCharsets.UTF_8);
    String up = output.readLine();
    while (up != null && !up.startsWith("it is ")) {
      up = output.readLine();
    }
    assertThat(up).isNotNull();
    List<ProcessHandle> all = machine.descendants().toList();
    assertThat(all).isNotEmpty();

    machine.destroyForcibly().waitFor();

    Eventually.holds("all have ended", () -> all.stream().noneMatch(ProcessHandle::isAlive));
    String folder = "/machine-" + machine.pid();
    assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(folder);
    assertThat(withoutCaches("true").status()).isZero();
    assertThat(Path.of(cache() + folder)).doesNotExist();
  }

  private static String cache() {
    String told = System.getenv("XDG_CACHE_HOME");
    return (told == null ? System.getenv("HOME") + "/.cache" : told) + "/parley/bare-root";
  }

  private record Outcome(int status, String output) {}

  /// @param caches `no` for a machine on which nothing is downloaded: they take long to copy
  private static Process start(String caches, String script) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("dev/bare-root", "bash", "-c", script);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("BARE_ROOT_CACHES", caches);
    return builder.redirectErrorStream(true).start();
  }

  private static Outcome onABareMachine(String script) throws Exception {
    return outcome(start("yes", script));
  }

  private static Outcome withoutCaches(String script) throws Exception {
    return outcome(start("no", script));
  }

  private static Outcome outcome(Process process) throws Exception {
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output.strip());
  }
}
