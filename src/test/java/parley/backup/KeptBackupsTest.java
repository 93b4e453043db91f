package parley.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import parley.testing.RealServer;
import parley.testing.TestCaller;
import parley.testing.TestCommand;

/// Backups of earlier versions, which every later version restores and serves. The folder's README
/// says how they were made.
@Tag("slow")
final class KeptBackupsTest {
  private static final Path KEPT = Path.of("src/test/resources/backups");

  @TempDir Path folder;

  static Stream<Path> keptBackups() throws Exception {
    try (Stream<Path> entries = Files.list(KEPT)) {
      return entries.filter(Files::isDirectory).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("keptBackups")
  void areServedAsTheyWere(Path backup) throws Exception {
    Properties expected = new Properties();
    try (Reader text = Files.newBufferedReader(Path.of(backup + ".properties"))) {
      expected.load(text);
    }
    Path data = folder.resolve("data");
    TestCommand restored = TestCommand.run("restore", "" + backup, "--data-dir", "" + data);
    assertThat(restored.status()).as(restored.err()).isZero();

    try (RealServer server = RealServer.start(data, Map.of("server.roles", "api"))) {
      TestCaller caller = server.caller(expected.getProperty("key"));
      assertThat(caller.get("/v1/media/download/" + expected.getProperty("media")).bytes())
          .isEqualTo(Files.readAllBytes(Path.of(expected.getProperty("file"))));
      assertThat(
              caller
                  .get("/v1/rooms/" + expected.getProperty("room") + "/messages")
                  .at("/data/0/content/body"))
          .isEqualTo(expected.getProperty("message"));
      assertThat(caller.get("/v1/jobs/" + expected.getProperty("job")).at("/data/status"))
          .isEqualTo("queued");
      assertThat(
              caller
                  .get("/v1/modules/scaiecho/speakers/" + expected.getProperty("speaker"))
                  .at("/data/display_name"))
          .isEqualTo("Alice");
    }

    Path again = folder.resolve("again");
    TestCommand withoutAServer = TestCommand.run("backup", "" + again, "--data-dir", "" + data);
    assertThat(withoutAServer.status()).as(withoutAServer.err()).isZero();
    assertThat(TestCommand.run("restore", "--check", "" + again).out()).contains("undamaged");
  }
}
