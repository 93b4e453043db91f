package parley.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The README's section on how to start Parley. Uses nothing but the JDK: `./parley check` runs
/// this file from its source before anything is compiled.
///
/// @param install the line that installs the required programs
/// @param commands from unpacking the archive to the one whose answer the section shows
/// @param fromSource the command that starts a server from source
/// @param answer the shown answer, with `…` for varying parts
record ReadmeStart(String install, List<String> commands, String fromSource, String answer) {
  private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
  private static final Pattern INSTALL = Pattern.compile("apt install [a-z0-9 -]+");

  /// Prints what is to be run on a bare machine.
  public static void main(String[] arguments) throws IOException {
    System.out.println(read().onABareMachine());
  }

  static ReadmeStart read() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String section = readme.substring(readme.indexOf("\n## Start\n"));
    section = section.substring(0, section.indexOf("\n## ", 1));
    int source = section.indexOf("\n### From source\n");
    List<String> lines =
        lines(section.substring(0, source))
            .takeWhile(line -> !line.contains("/v1/media/upload"))
            .toList();
    return new ReadmeStart(
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

  /// Starts Parley from source, as an ordinary user and as root, and from the archive where there
  /// is no Java. One build serves all three, as it takes minutes: what root installs, an ordinary
  /// user builds and both start.
  String onABareMachine() {
    return String.join(
        "\n",
        "yes | " + install,
        "bash -c '. ./parley && ensure_maven'",
        // No server runs for long enough for the optimising compiler to pay off.
        "export PARLEY_JAVA_OPTS=-XX:TieredStopAtLevel=1",
        "cat >/tmp/source <<'SCRIPT'",
        scriptFromSource() + "kill $!",
        "SCRIPT",
        "su newcomer -c 'bash /tmp/source'",
        "PARLEY_SERVER_DATA_DIR=~root/data bash /tmp/source",
        "./parley dist",
        "mv target/parley-*.tar.gz /home/newcomer/",
        "cd /home/newcomer",
        "rm -rf /opt/jdk /usr/lib/jvm parley",
        "cat >/tmp/archive <<'SCRIPT'",
        scriptFromArchive() + "SCRIPT",
        "! command -v java && su newcomer -c 'bash /tmp/archive'");
  }

  private String scriptFromSource() {
    return script(fromSource);
  }

  private String scriptFromArchive() {
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

  /// How often the shown answer was given. Without regard to commas: the models set them where the
  /// processor's rounding tips the balance, which differs between processors with and without VNNI.
  long answersIn(String output) {
    Pattern pattern =
        Pattern.compile(
            Arrays.stream(answer.replace(",", "").split("…", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*?")));
    return pattern.matcher(output.replace(",", "")).results().count();
  }

  private static String first(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(pattern + " is not in " + text))
        .group();
  }
}
