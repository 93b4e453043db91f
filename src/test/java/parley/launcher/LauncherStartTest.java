package parley.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The launcher's start of the program.
@Tag("slow")
final class LauncherStartTest extends LauncherMachine {
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
  void hasJavaLoadTheCommandLinesOldClassesAsAPartOfItself() throws Exception {
    mavenDoes("echo jar >\"$target/lib/picocli-1.0.jar\"");

    Outcome serve = parley("serve");

    assertThat(serve.told("argument"))
        .contains("-Xbootclasspath/a:" + build(serve).resolve("lib/picocli-1.0.jar"));
    assertThat(classPath(serve).split(":", -1))
        .hasSize(3)
        .noneMatch(jar -> jar.contains("picocli"));
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
  void hasTheFirstServerWriteWhatLaterOnesStartFasterWith() throws Exception {
    String output = "-XX:AOTCacheOutput=";
    Outcome first = parley("serve");
    Path cache =
        first.told("argument").stream()
            .filter(argument -> argument.startsWith(output))
            .map(argument -> Path.of(argument.substring(output.length())))
            .findFirst()
            .orElseThrow();
    assertThat(cache).hasParentRaw(build(first));
    Path ofAnotherJava = Files.writeString(cache.resolveSibling("start-1.aot"), "");

    assertThat(parley("serve").told("argument")).contains(output + cache);
    assertThat(ofAnotherJava).doesNotExist();
    Files.writeString(cache, "");

    assertThat(parley("serve").told("argument"))
        .contains("-XX:AOTCache=" + cache)
        .doesNotContain("-XX:TieredStopAtLevel=1");
    assertThat(parley("admin").told("argument"))
        .contains("-XX:TieredStopAtLevel=1")
        .noneMatch(argument -> argument.contains("AOT"));
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
}
