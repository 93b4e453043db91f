package parley.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The launcher's checks and benchmarks.
@Tag("slow")
final class LauncherCheckTest extends LauncherMachine {
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
  void beginsOnTheBareMachineBeforeMavenEndsAndTellsTheTestsWhere() throws Exception {
    makeProgram(tree.resolve("dev/bare-root"), "#!/bin/sh\n[ $1 = obstacles ] || echo \"$@\"\n");
    mavenDoes(
        """
        until [ -s target/bare-machine.log ]; do sleep 0.1; done
        echo '[INFO] Tests run: 7, Failures: 0, Errors: 0, Skipped: 0'
        """);

    assertThat(parley("check").status()).isZero();

    assertThat(tree.resolve("target/bare-machine.log"))
        .content()
        .startsWith("bash -c ")
        .contains("src/test/java/parley/launcher/ReadmeStart.java");
    assertThat(mavenCalls())
        .singleElement()
        .asString()
        .containsPattern(" -Dparley.bare-machine=\\d+ verify$");
  }

  @Test
  void tellsAllThatIsMissingAtOnceBeforeItBuildsAnything() throws Exception {
    makeProgram(
        tree.resolve("dev/bare-root"),
        "#!/bin/sh\necho '  usermod --add-subuids 100000-165535 alice'\n");

    Outcome outcome =
        checkWithout(List.of("mvn", "clamd", "python-environments", "newuidmap"), false);

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.lines())
        .startsWith(
            "parley: missing for a check: mvn clamd python-environments newuidmap; run as root:",
            "  apt-get install -y maven clamav-daemon python3-venv uidmap")
        .endsWith("  usermod --add-subuids 100000-165535 alice");
    assertThat(mavenCalls()).isEmpty();
    assertThat(programs.resolve("installed")).doesNotExist();
  }

  @Test
  void namesFedorasPackagesOnFedora() throws Exception {
    makeProgram(programs.resolve("dnf"), "#!/bin/sh\n");

    assertThat(checkWithout(List.of("mvn", "clamd", "newuidmap"), false).lines())
        .endsWith("  dnf install -y maven clamd shadow-utils");
  }

  @Test
  void installsWhatIsMissingWhereItMay() throws Exception {
    mavenDoes("echo '[INFO] Tests run: 7, Failures: 0, Errors: 0, Skipped: 0'");

    Outcome outcome = checkWithout(List.of("clamd", "debootstrap"), true);

    assertThat(outcome.lines())
        .startsWith(
            "parley: installing clamav-daemon debootstrap",
            "apt-get install -y --no-install-recommends clamav-daemon debootstrap")
        .endsWith("Check passed.");
  }

  @Test
  void needsMavenAloneForAFastCheck() throws Exception {
    mavenDoes("echo '[INFO] Tests run: 7, Failures: 0, Errors: 0, Skipped: 0'");
    List<String> all = List.of("clamd", "debootstrap", "python-environments");

    assertThat(checkWithout(all, false, "--fast").lines()).endsWith("Check passed.");
    assertThat(checkWithout(List.of("mvn"), false, "--fast").output())
        .startsWith("parley: missing for a check: mvn; run as root:")
        .contains("apt-get install -y maven");
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

    assertThat(mavenCalls())
        .singleElement()
        .asString()
        .endsWith(" test -DexcludedGroups=slow|server|gpu");
    assertThat(parley("check", "--slow").output())
        .isEqualTo("parley: check takes no argument except --fast");
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
