package parley.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A machine with a source tree, on which the launcher runs with a fake JDK and Maven that only
/// record their calls.
abstract class LauncherMachine {
  private static final Path LAUNCHER = Path.of("parley").toAbsolutePath();

  /// Prints its working directory and arguments.
  private static final String JAVA =
      """
      #!/bin/sh
      echo "java $0"
      echo "folder $(pwd)"
      for argument in "$@"; do echo "argument $argument"; done
      """;

  /// Unpacks the requested file of a jar.
  private static final String JAR =
      """
      #!/bin/sh
      mkdir -p "$3" && echo "$*" >"$3/library"
      """;

  /// Records the call and creates what the real one creates.
  private static final String MAVEN =
      """
      #!/bin/sh
      echo "$JAVA_HOME: $*" >>"$(dirname "$0")/maven-calls"
      target=target
      for argument in "$@"; do
        case $argument in -Dbuild.folder=*) target=${argument#-Dbuild.folder=} ;; esac
      done
      mkdir -p "$target/lib"
      . "$(dirname "$0")/maven-behaviour"
      echo program >"$target/parley.jar"
      echo one >"$target/lib/one.jar"
      echo two >"$target/lib/two.jar"
      """;

  record Outcome(int status, String output) {
    List<String> lines() {
      return output.lines().toList();
    }

    List<String> told(String kind) {
      return lines().stream()
          .filter(line -> line.startsWith(kind + " "))
          .map(line -> line.substring(kind.length() + 1))
          .toList();
    }
  }

  @TempDir Path folder;
  Path tree = Path.of("");
  Path jdk = Path.of("");
  Path programs = Path.of("");

  @BeforeEach
  void makeSourceTree() throws IOException {
    folder = folder.toRealPath();
    tree = Files.createDirectory(folder.resolve("tree"));
    Files.copy(LAUNCHER, tree.resolve("parley"));
    Files.setPosixFilePermissions(
        tree.resolve("parley"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectory(tree.resolve("packaging"));
    Files.copy(
        LAUNCHER.resolveSibling("packaging/start"),
        tree.resolve("packaging/start"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Files.writeString(tree.resolve("pom.xml"), "<project/>");
    Files.createDirectory(tree.resolve(".mvn"));
    Files.writeString(tree.resolve(".mvn/jvm.config"), "-Xmx1g");
    Files.createDirectories(tree.resolve("src/main/java"));
    Files.writeString(tree.resolve("src/main/java/A file.java"), "class A {}");
    programs = Files.createDirectory(folder.resolve("programs"));
    makeProgram(
        Files.createDirectory(tree.resolve("dev")).resolve("install"),
        "#!/bin/sh\ncase $1 in possible | firefox) exit ;; esac\necho \"$@\" >>\""
            + programs.resolve("installed")
            + "\"\n");
    makeProgram(tree.resolve("dev/bare-root"), "#!/bin/sh\n");
    makeProgram(programs.resolve("mvn"), MAVEN);
    for (String program : List.of("chromium", "clamd", "debootstrap", "newuidmap")) {
      makeProgram(programs.resolve(program), "#!/bin/sh\n");
    }
    mavenDoes("true");
    jdk = makeJdk("jdk", "25.0.3");
  }

  Path makeJdk(String name, String version) throws IOException {
    Path made = Files.createDirectory(folder.resolve(name));
    Files.createDirectory(made.resolve("bin"));
    makeProgram(made.resolve("bin/java"), JAVA);
    makeProgram(made.resolve("bin/javac"), "#!/bin/sh\n");
    makeProgram(made.resolve("bin/jar"), JAR);
    Files.writeString(
        made.resolve("release"),
        "IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\"" + version + "\"\nOS_ARCH=\"x86_64\"\n");
    return made;
  }

  static void makeProgram(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  void mavenDoes(String commands) throws IOException {
    Files.writeString(programs.resolve("maven-behaviour"), commands + "\n");
  }

  List<String> mavenCalls() throws IOException {
    Path calls = programs.resolve("maven-calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  Process start(Path where, Map<String, String> environment, String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(where.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", programs + ":/usr/bin:/bin");
    builder.environment().put("HOME", folder.toString());
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).start();
  }

  Outcome run(Path where, Map<String, String> environment, String... command) throws Exception {
    Process process = start(where, environment, command);
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new Outcome(process.waitFor(), output);
  }

  Outcome parley(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(tree.resolve("parley").toString()));
    command.addAll(List.of(arguments));
    return run(folder, Map.of("PARLEY_JAVA_HOME", jdk.toString()), command.toArray(new String[0]));
  }

  /// Runs a check on a machine that lacks these programs, as a user who can or cannot install them.
  Outcome checkWithout(List<String> lacking, boolean mayInstall, String... options)
      throws Exception {
    String script =
        """
        . "$1"
        id() { echo %d; }
        has_program() { case " %s " in *" $1 "*) return 1 ;; esac; }
        command() { [ "$*" = "-v apt-get" ] || builtin command "$@"; }
        apt-get() { echo "apt-get $*"; }
        main check %s
        """
            .formatted(mayInstall ? 0 : 1000, String.join(" ", lacking), String.join(" ", options));
    return run(
        tree,
        Map.of("PARLEY_JAVA_HOME", jdk.toString()),
        "/bin/bash",
        "-c",
        script,
        "test",
        tree.resolve("parley").toString());
  }

  /// Runs the launcher on a machine with JDKs in these directories only.
  Outcome onAMachineWith(Map<String, String> environment, Path... jdks) throws Exception {
    StringBuilder script = new StringBuilder(". \"$1\"\njdk_candidates() {\n");
    script.append("echo \"${JAVA_HOME:-}\"\n");
    for (Path candidate : jdks) {
      script.append("echo '").append(candidate).append("'\n");
    }
    script.append("}\nmain config\n");
    String launcher = tree.resolve("parley").toString();
    return run(tree, environment, "/bin/bash", "-c", script.toString(), "test", launcher);
  }

  static Path build(Outcome outcome) {
    return Path.of(classPath(outcome).split(":", -1)[0]).resolveSibling("");
  }

  static String classPath(Outcome outcome) {
    List<String> arguments = outcome.told("argument");
    return arguments.get(arguments.indexOf("-cp") + 1);
  }
}
