package parley.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The launcher's choice of a JDK.
@Tag("slow")
final class LauncherJdkTest extends LauncherMachine {
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
        .isEqualTo("parley: PARLEY_JAVA_HOME=" + old + " is not a JDK 25 or newer");
  }
}
