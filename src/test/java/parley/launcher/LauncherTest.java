package parley.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.testing.Eventually;

@Tag("slow")
final class LauncherTest {
  private static final Path LAUNCHER = Path.of("parley").toAbsolutePath();

  /// Says where it was started and with what.
  private static final String JAVA =
      """
      #!/bin/sh
      echo "java $0"
      echo "folder $(pwd)"
      for argument in "$@"; do echo "argument $argument"; done
      """;

  /// Unpacks one file of the part of a jar that it is asked for.
  private static final String JAR =
      """
      #!/bin/sh
      mkdir -p "$3" && echo "$*" >"$3/library"
      """;

  /// Notes that it was called, and makes what the real one makes.
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

  private record Outcome(int status, String output) {
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

  @TempDir private Path folder;
  private Path tree = Path.of("");
  private Path jdk = Path.of("");
  private Path programs = Path.of("");

  @BeforeEach
  void makeSourceTree() throws IOException {
    folder = folder.toRealPath();
    tree = Files.createDirectory(folder.resolve("tree"));
    Files.copy(LAUNCHER, tree.resolve("parley"));
    Files.setPosixFilePermissions(
        tree.resolve("parley"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(tree.resolve("pom.xml"), "<project/>");
    Files.createDirectory(tree.resolve(".mvn"));
    Files.writeString(tree.resolve(".mvn/jvm.config"), "-Xmx1g");
    Files.createDirectories(tree.resolve("src/main/java"));
    Files.writeString(tree.resolve("src/main/java/A file.java"), "class A {}");
    programs = Files.createDirectory(folder.resolve("programs"));
    makeProgram(
        Files.createDirectory(tree.resolve("dev")).resolve("install"),
        "#!/bin/sh\necho \"$@\" >>\"" + programs.resolve("installed") + "\"\n");
    makeProgram(programs.resolve("mvn"), MAVEN);
    mavenDoes("true");
    jdk = makeJdk("jdk", "25.0.3");
  }

  private Path makeJdk(String name, String version) throws IOException {
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

  private static void makeProgram(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void mavenDoes(String commands) throws IOException {
    Files.writeString(programs.resolve("maven-behaviour"), commands + "\n");
  }

  private List<String> mavenCalls() throws IOException {
    Path calls = programs.resolve("maven-calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  private Process start(Path where, Map<String, String> environment, String... command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(where.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", programs + ":/usr/bin:/bin");
    builder.environment().put("HOME", folder.toString());
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).start();
  }

  private Outcome run(Path where, Map<String, String> environment, String... command)
      throws Exception {
    Process process = start(where, environment, command);
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new Outcome(process.waitFor(), output);
  }

  private Outcome parley(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(tree.resolve("parley").toString()));
    command.addAll(List.of(arguments));
    return run(folder, Map.of("PARLEY_JAVA_HOME", jdk.toString()), command.toArray(new String[0]));
  }

  /// Runs the launcher as on a machine that has its JDKs in these folders alone.
  private Outcome onAMachineWith(Map<String, String> environment, Path... jdks) throws Exception {
    StringBuilder script = new StringBuilder(". \"$1\"\njdk_candidates() {\n");
    script.append("echo \"${JAVA_HOME:-}\"\n");
    for (Path candidate : jdks) {
      script.append("echo '").append(candidate).append("'\n");
    }
    script.append("}\nmain config\n");
    String launcher = tree.resolve("parley").toString();
    return run(tree, environment, "/bin/bash", "-c", script.toString(), "test", launcher);
  }

  @Test
  void takesTheFirstJdkThatIsNewEnough() throws Exception {
    Path old = makeJdk("old", "17.0.12");
    Path ancient = makeJdk("ancient", "1.8.0_402");
    Path early = makeJdk("early", "26-ea");
    Path empty = Files.createDirectory(folder.resolve("empty"));

    Outcome outcome =
        onAMachineWith(Map.of("JAVA_HOME", old.toString()), empty, ancient, early, jdk);

    assertThat(outcome.told("java")).containsExactly(early.resolve("bin/java").toString());
    assertThat(mavenCalls()).singleElement().asString().startsWith(early + ": ");
  }

  @Test
  void takesNoRuntimeWithoutACompiler() throws Exception {
    Path runtime = makeJdk("runtime", "25");
    Files.delete(runtime.resolve("bin/javac"));

    assertThat(onAMachineWith(Map.of(), runtime, jdk).told("java"))
        .containsExactly(jdk.resolve("bin/java").toString());
  }

  @Test
  void saysWhatToInstallWhereNoJdkIsNewEnough() throws Exception {
    Outcome outcome = onAMachineWith(Map.of(), makeJdk("old", "17.0.12"));

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output()).startsWith("parley: no JDK 25 or newer was found; install one");
    assertThat(outcome.lines()).hasSize(1);
  }

  @Test
  void obeysTheJdkThatIsNamedAndRefusesAnOldOne() throws Exception {
    Path named = makeJdk("named", "27");
    assertThat(onAMachineWith(Map.of("PARLEY_JAVA_HOME", named.toString()), jdk).told("java"))
        .containsExactly(named.resolve("bin/java").toString());

    Path old = makeJdk("old", "24");
    Outcome refused = onAMachineWith(Map.of("PARLEY_JAVA_HOME", old.toString()), jdk);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.output())
        .isEqualTo("parley: PARLEY_JAVA_HOME=" + old + " is no JDK 25 or newer");
  }

  @Test
  void buildsOnceAndThenOnlyAfterAChange() throws Exception {
    assertThat(parley("config").output()).startsWith("parley: building Parley (first use) …\n");
    assertThat(parley("config").lines()).noneMatch(line -> line.contains("building"));
    assertThat(mavenCalls()).hasSize(1);

    Path source = tree.resolve("src/main/java/A file.java");
    Files.writeString(source, "class B {}");
    assertThat(parley("config").output())
        .startsWith("parley: building Parley (its sources changed)");
    assertThat(mavenCalls()).hasSize(2);

    Files.writeString(source, "class A {}");
    parley("config");
    assertThat(mavenCalls()).as("the build of the change undone is still there").hasSize(2);

    Files.writeString(tree.resolve("src/main/java/C.java"), "class C {}");
    parley("config");
    assertThat(mavenCalls()).as("a new file").hasSize(3);

    Files.delete(tree.resolve("src/main/java/C.java"));
    Files.delete(source);
    parley("config");
    assertThat(mavenCalls()).as("a file less").hasSize(4);

    Files.writeString(tree.resolve(".mvn/jvm.config"), "-Xmx2g");
    parley("config");
    assertThat(mavenCalls()).as("how to build").hasSize(5);
  }

  @Test
  void leavesTestsAndFormatToTheChecks() throws Exception {
    parley("config");

    assertThat(mavenCalls())
        .containsExactly(
            jdk
                + ": -B -Dstyle.color=never --no-transfer-progress -q"
                + " -Dbuild.folder="
                + tree.resolve("target/launcher")
                + " -Dparley.unchecked -Dmaven.test.skip=true -Dspotless.check.skip=true package");
  }

  @Test
  void buildsAgainWhenASourceChangedDuringTheBuild() throws Exception {
    mavenDoes("[ -e src/main/java/D.java ] || echo 'class D {}' >src/main/java/D.java");

    assertThat(parley("config").status()).isZero();
    assertThat(mavenCalls()).hasSize(2);
  }

  @Test
  void showsWhatMavenSaidWhenTheBuildFailsAndStartsNothing() throws Exception {
    mavenDoes("echo 'A.java: expected ;'; exit 1");

    Outcome outcome = parley("serve");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output()).contains("A.java: expected ;").contains("the build failed");
    assertThat(outcome.told("java")).isEmpty();

    mavenDoes("true");
    assertThat(parley("serve").status()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void buildsOnceWhenTwoStartTogether(boolean withFlock) throws Exception {
    // The build goes on when something is written to a pipe: when the other launcher waits.
    mavenDoes("read -r _ <\"" + folder.resolve("gate") + "\"");
    assertThat(run(folder, Map.of(), "/usr/bin/mkfifo", "gate").status()).isZero();
    String path = withFlock ? programs + ":/usr/bin:/bin" : programs + ":" + toolsWithoutFlock();
    Map<String, String> environment = Map.of("PARLEY_JAVA_HOME", jdk.toString(), "PATH", path);
    Process one = start(folder, environment, tree.resolve("parley").toString(), "config");
    Process other = start(folder, environment, tree.resolve("parley").toString(), "config");
    Eventually.holds(
        "one launcher waits for the other",
        () ->
            Stream.of(one, other)
                .anyMatch(launcher -> runs(launcher, withFlock ? "/flock" : "/sleep")));
    Files.writeString(folder.resolve("gate"), "go\n");

    for (Process process : List.of(one, other)) {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
      assertThat(said).contains("argument parley.app.Main");
    }
    assertThat(mavenCalls()).hasSize(1);
  }

  private static boolean runs(Process launcher, String program) {
    try (Stream<ProcessHandle> children = launcher.descendants()) {
      return children.anyMatch(child -> child.info().command().orElse("").endsWith(program));
    }
  }

  /// What macOS has of what the launcher uses.
  private Path toolsWithoutFlock() throws IOException {
    Path tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool :
        "bash sh env find sort tr xargs cksum mkdir rm cp ln mv ls cat sed tail dirname readlink sleep"
            .split(" ", -1)) {
      Path installed = Path.of("/usr/bin", tool);
      makeProgram(
          tools.resolve(tool),
          "#!/bin/sh\nexec %s \"$@\"\n"
              .formatted(Files.exists(installed) ? installed : Path.of("/bin", tool)));
    }
    return tools;
  }

  @Test
  void keepsABuildThatMayBeRunningWhenItMakesAnother() throws Exception {
    String first = classPath(parley("serve"));
    Files.writeString(tree.resolve("src/main/java/C.java"), "class C {}");
    String second = classPath(parley("serve"));

    assertThat(second).isNotEqualTo(first);
    for (String jar : first.split(":", -1)) {
      assertThat(Path.of(jar)).isRegularFile();
    }
  }

  @Test
  void forgetsBuildsThatNobodyRunsAnyMore() throws Exception {
    for (int i = 0; i < 8; i++) {
      Files.writeString(tree.resolve("src/main/java/C.java"), "class C { int i = " + i + "; }");
      parley("serve");
    }

    try (Stream<Path> builds = Files.list(tree.resolve("target/run"))) {
      assertThat(builds).hasSize(5);
    }
  }

  private static Path build(Outcome outcome) {
    return Path.of(classPath(outcome).split(":", -1)[0]).resolveSibling("");
  }

  private static String classPath(Outcome outcome) {
    List<String> arguments = outcome.told("argument");
    return arguments.get(arguments.indexOf("-cp") + 1);
  }

  @Test
  void startsTheProgramInTheFolderOfTheCallerAlsoThroughALink() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("else where"));
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("link"), Path.of("../tree/parley"));
    Files.createSymbolicLink(bin.resolve("parley"), bin.resolve("link"));

    Outcome outcome =
        run(
            elsewhere,
            Map.of("PARLEY_JAVA_HOME", jdk.toString()),
            bin.resolve("parley").toString(),
            "serve",
            "--data-dir",
            "my data");

    assertThat(outcome.told("folder")).containsExactly(elsewhere.toString());
    assertThat(outcome.told("argument"))
        .contains("-Dparley.home=" + tree)
        .endsWith("parley.app.Main", "serve", "--data-dir", "my data");
  }

  @Test
  void putsTheLibrariesOnTheClassPathInOrder() throws Exception {
    String[] jars = classPath(parley("serve")).split(":", -1);

    assertThat(jars).hasSize(3);
    assertThat(jars[0]).endsWith("/parley.jar");
    assertThat(jars[1]).endsWith("/lib/one.jar");
    assertThat(jars[2]).endsWith("/lib/two.jar");
  }

  @Test
  void letsTheCallersJavaOptionsGoBeforeItsOwn() throws Exception {
    Outcome outcome =
        run(
            tree,
            Map.of("PARLEY_JAVA_HOME", jdk.toString(), "PARLEY_JAVA_OPTS", "-Xmx3g -Dx=y"),
            "./parley",
            "serve");

    List<String> arguments = outcome.told("argument");
    assertThat(arguments.indexOf("-Xmx3g")).isGreaterThan(arguments.indexOf("-Xmx512m"));
    assertThat(arguments.indexOf("-Dx=y")).isLessThan(arguments.indexOf("-cp")).isPositive();
  }

  @Test
  void keepsTheClassesOfAServerWithItsBuildAndLetsACommandStartQuickly() throws Exception {
    Outcome serve = parley("serve");
    Outcome command = parley("admin");

    Path build = build(serve);
    assertThat(serve.told("argument"))
        .contains("-XX:SharedArchiveFile=" + build.resolve("classes.jsa"))
        .doesNotContain("-XX:TieredStopAtLevel=1");
    assertThat(command.told("argument"))
        .contains("-XX:TieredStopAtLevel=1")
        .noneMatch(argument -> argument.contains("classes.jsa"));
  }

  @Test
  void unpacksTheNativePartsOfOnnxRuntimeOnceForAllStarts() throws Exception {
    mavenDoes("echo jar >\"$target/lib/onnxruntime-1.0.jar\"");

    Outcome serve = parley("serve");

    Path build = build(serve);
    assertThat(serve.told("argument"))
        .contains("-Donnxruntime.native.path=" + build.resolve("native"));
    assertThat(build.resolve("native/library"))
        .content()
        .contains("onnxruntime-1.0.jar ai/onnxruntime/native/");
  }

  @Test
  void endsAChecksOutputWithTheCountsOfAllTests() throws Exception {
    mavenDoes(
        """
        echo '[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 1 s -- in A'
        echo '[INFO] Tests run: 7, Failures: 0, Errors: 0, Skipped: 0'
        echo '[INFO] BUILD SUCCESS'
        """);

    Outcome outcome = parley("check");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.lines())
        .endsWith("", "Tests run: 7, Failures: 0, Errors: 0, Skipped: 0", "Check passed.");
    assertThat(mavenCalls()).singleElement().asString().endsWith(" verify");

    parley("serve");
    assertThat(mavenCalls()).as("a check leaves a build that can be started").hasSize(1);
  }

  @Test
  void installsWhatTestsRunAgainstForAWholeCheckAlone() throws Exception {
    parley("check", "--fast");
    assertThat(programs.resolve("installed")).doesNotExist();

    parley("check");
    assertThat(programs.resolve("installed")).hasContent("tests");
  }

  @Test
  void failsACheckWhenATestFails() throws Exception {
    mavenDoes(
        """
        echo '[ERROR] Tests run: 7, Failures: 1, Errors: 2, Skipped: 0'
        exit 1
        """);

    Outcome outcome = parley("check");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output()).contains("\nTests run: 7, Failures: 1, Errors: 2, Skipped: 0\n");
    assertThat(outcome.lines().getLast()).startsWith("Check failed; ");
  }

  @Test
  void failsACheckInWhichNoTestRan() throws Exception {
    Outcome outcome = parley("check");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output()).contains("No test ran.");
  }

  @Test
  void leavesSlowTestsOutOfAFastCheck() throws Exception {
    mavenDoes("echo '[INFO] Tests run: 7, Failures: 0, Errors: 0, Skipped: 0'");

    assertThat(parley("check", "--fast").status()).isZero();

    assertThat(mavenCalls()).singleElement().asString().endsWith(" test -DexcludedGroups=slow");
    assertThat(parley("check", "--slow").output())
        .isEqualTo("parley: check takes no argument but --fast");
  }

  @Test
  void runsABenchmarkByItsName() throws Exception {
    Path benchmark = Files.createDirectories(tree.resolve("bench/uploads"));
    makeProgram(benchmark.resolve("run"), "#!/bin/sh\necho \"$JAVA_HOME runs $* on $CLASSPATH\"\n");

    assertThat(parley("bench").output()).isEqualTo("uploads");
    assertThat(parley("bench", "uploads", "--quick").output())
        .contains(jdk + " runs --quick on " + tree);
    assertThat(parley("bench", "downloads").output())
        .isEqualTo("parley: there is no benchmark named downloads; ./parley bench lists them");
  }
}
