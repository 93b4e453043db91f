package parley.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.Eventually;

/// The README's instructions, on a machine with nothing but a JDK, which `dev/bare-root` sets up,
/// and with the archive, not even that.
@Tag("slow")
final class BareMachineTest {
  private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
  private static final Pattern INSTALL = Pattern.compile("apt install [a-z0-9 -]+");

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
                "su newcomer -c '" + Start.read().fromSource() + "' || echo \"status $?\"",
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

  /// One build serves all three, as it takes minutes: what root installs, an ordinary user builds
  /// and both start.
  @Test
  void answersTheLinesOfTheReadmeFromSourceAndFromTheArchiveWithoutAnyJava() throws Exception {
    Start start = Start.read();

    Outcome outcome =
        onABareMachine(
            String.join(
                "\n",
                "yes | " + start.install(),
                "bash -c '. ./parley && ensure_maven'",
                "cat >/tmp/source <<'SCRIPT'",
                start.scriptFromSource() + "kill $!",
                "SCRIPT",
                "su newcomer -c 'bash /tmp/source'",
                "PARLEY_SERVER_DATA_DIR=~root/data bash /tmp/source",
                "./parley dist",
                "mv target/parley-*.tar.gz /home/newcomer/",
                "cd /home/newcomer",
                "rm -rf /opt/jdk /usr/lib/jvm parley",
                "cat >/tmp/archive <<'SCRIPT'",
                start.scriptFromArchive() + "SCRIPT",
                "! command -v java && su newcomer -c 'bash /tmp/archive'"));

    assertThat(outcome.output()).containsOnlyOnce("parley: installing maven");
    start.assertTranscribed(outcome, 6);
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

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
    return matcher.group();
  }

  /// A section of the README.
  ///
  /// @param install the line that installs the required programs
  /// @param commands from unpacking the archive to the one whose answer the section shows
  /// @param fromSource the command that starts a server from source
  /// @param answer the shown answer, with `…` for varying parts
  private record Start(String install, List<String> commands, String fromSource, String answer) {
    static Start read() throws IOException {
      String readme = Files.readString(Path.of("README.md"));
      String section = readme.substring(readme.indexOf("\n## Start\n"));
      section = section.substring(0, section.indexOf("\n## ", 1));
      int source = section.indexOf("\n### From source\n");
      List<String> lines =
          lines(section.substring(0, source))
              .takeWhile(line -> !line.contains("/v1/media/upload"))
              .toList();
      return new Start(
          first(INSTALL, section),
          commands(lines.stream()).toList(),
          commands(lines(section.substring(source))).findFirst().orElseThrow(),
          lines.getLast());
    }

    private static Stream<String> lines(String section) {
      return CONSOLE.matcher(section).results().flatMap(block -> block.group(1).lines());
    }

    private static Stream<String> commands(Stream<String> lines) {
      return lines.filter(line -> line.startsWith("$ ")).map(line -> line.substring(2));
    }

    String scriptFromSource() {
      return script(fromSource);
    }

    String scriptFromArchive() {
      return commands.getFirst() + "\n" + script(commands.get(1));
    }

    /// Starts the server on its own port and runs the first line that it prints, then those of the
    /// README with the printed key and port, all as the current user.
    private String script(String serve) {
      List<String> others = commands.subList(2, commands.size());
      return """
      exec 3< <(PARLEY_SERVER_PORT=0 exec %s 2>&1)
      first=
      while [ -z "$first" ] && IFS= read -r line <&3; do
        printf '%%s\\n' "$line"
        case $line in
          "Parley is listening on "*) port=${line##*:} ;;
          "key: "*) key=${line#key: } ;;
          "  curl "*) first=${line#  } ;;
        esac
      done
      eval "$first"
      while IFS= read -r line; do
        line=${line//sgk_…/$key}
        eval "${line//:8080/:$port}"
      done <<'README'
      %s
      README
      """
          .formatted(serve, String.join("\n", others));
    }

    /// @param times for each server, once for the line that it printed and once for the README's
    void assertTranscribed(Outcome outcome, int times) {
      Pattern pattern =
          Pattern.compile(
              Arrays.stream(answer.split("…", -1))
                  .map(Pattern::quote)
                  .collect(Collectors.joining(".*?")));
      assertThat(pattern.matcher(outcome.output()).results()).as(outcome.output()).hasSize(times);
    }
  }
}
