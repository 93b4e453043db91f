package parley.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.testing.Eventually;

/// The launcher's builds.
@Tag("slow")
final class LauncherBuildTest extends LauncherMachine {
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
    // The build continues once something is written to a pipe, which happens while the other
    // launcher waits.
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

  /// The commands that the launcher uses, as far as macOS has them.
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
}
