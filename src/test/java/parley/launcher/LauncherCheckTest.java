package parley.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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
