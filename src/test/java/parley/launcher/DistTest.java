package parley.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `./parley dist` refuses before it makes anything. That the archive of this platform works
/// is shown on a bare machine.
@Tag("slow")
final class DistTest extends LauncherMachine {
  private static final String OTHER =
      System.getProperty("os.arch").equals("aarch64") ? "linux-x86_64" : "linux-aarch64";

  @BeforeEach
  void copyTheScript() throws Exception {
    Files.copy(
        Path.of("packaging/dist"),
        tree.resolve("packaging/dist"),
        StandardCopyOption.COPY_ATTRIBUTES);
    // Of a JDK whose modules are for a platform that Parley does not know.
    makeProgram(
        jdk.resolve("bin/jmod"), "#!/bin/sh\necho java.base@25\necho platform linux-s390x\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--platform", "--jmods", "--platform=linux-x86_64", "linux-x86_64", "--fast yes"})
  void takesNoOtherArguments(String arguments) throws Exception {
    assertThat(refusal(arguments.split(" ", -1)))
        .isEqualTo("parley: dist takes --platform PLATFORM and --jmods FOLDER");
  }

  @Test
  void knowsThePlatformsForWhichThereIsEveryPart() throws Exception {
    assertThat(refusal("--platform", "linux-s390x"))
        .isEqualTo(
            "parley: there is no archive for linux-s390x, only for linux-x86_64 and linux-aarch64");
  }

  @Test
  void needsTheModulesOfAJdkForAnotherPlatform() throws Exception {
    assertThat(refusal("--platform", OTHER))
        .startsWith("parley: a runtime for " + OTHER + " needs the modules of a JDK for it");
    assertThat(refusal("--platform", OTHER, "--jmods", "/elsewhere"))
        .isEqualTo("parley: /elsewhere has no java.base.jmod for " + OTHER);
  }

  private String refusal(String... arguments) throws Exception {
    Outcome outcome =
        run(
            tree,
            Map.of("PARLEY_JAVA_HOME", jdk.toString()),
            Stream.concat(Stream.of("./parley", "dist"), Stream.of(arguments))
                .toArray(String[]::new));
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(tree.resolve("target/dist")).doesNotExist();
    return outcome.lines().getLast();
  }
}
