package parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testing.Eventually;
import parley.testing.RealServer;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;

/// What happens to a server when the PostgreSQL that it runs itself is killed or stands still.
@Tag("slow")
class EmbeddedDatabaseTest {
  @TempDir static Path folder;

  private static Path data;
  private static RealServer server;
  private static TestCaller caller;

  @BeforeAll
  static void start() throws Exception {
    data = folder.resolve("data");
    server = RealServer.start(data);
    caller = server.caller(String.valueOf(server.key()));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void isStartedAgainWhenItIsKilledAndLosesNothing() throws Exception {
    byte[] content = "kept".getBytes(StandardCharsets.UTF_8);
    Answer stored = caller.post("/v1/media/upload", new TestForm().file("file", "kept", content));
    ProcessHandle postmaster = postmaster();

    postmaster.destroyForcibly();
    postmaster.onExit().join();

    assertSoon(caller.get("/v1/media"));
    Eventually.holds("back", () -> caller.get("/v1/media").status() == 200);
    assertThat(postmaster().pid()).isNotEqualTo(postmaster.pid());
    assertThat(caller.get("/v1/media/download/" + stored.at("/data/media_id")).bytes())
        .isEqualTo(content);
  }

  @Test
  void isStartedAgainAsOftenAsItIsKilled() throws Exception {
    for (int i = 0; i < 3; i++) {
      postmaster().destroyForcibly();
      Eventually.holds("back", () -> caller.get("/v1/media").status() == 200);
    }
  }

  @Test
  void isWaitedForNoLongerThanSecondsWhileItStandsStill() throws Exception {
    List<Long> processes =
        Stream.concat(Stream.of(postmaster()), postmaster().children())
            .map(ProcessHandle::pid)
            .toList();
    signal("STOP", processes);
    try {
      for (int i = 0; i < 3; i++) {
        long began = System.nanoTime();
        Answer answer = caller.get("/v1/media");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isNotNull();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      }
    } finally {
      signal("CONT", processes);
    }
    Eventually.holds("back", () -> caller.get("/v1/media").status() == 200);
  }

  /// Right after the end nobody may know yet; but nobody waits long, and nobody is blamed.
  private static void assertSoon(Answer answer) {
    assertThat(answer.status()).isIn(200, 503);
  }

  /// The file of a PostgreSQL that was killed names it until the next one starts.
  private static ProcessHandle postmaster() throws Exception {
    Eventually.holds("PostgreSQL runs", () -> running().isPresent());
    return running().orElseThrow();
  }

  private static Optional<ProcessHandle> running() throws IOException {
    try {
      return Files.readAllLines(data.resolve("postgresql/postmaster.pid")).stream()
          .findFirst()
          .flatMap(line -> ProcessHandle.of(Long.parseLong(line)));
    } catch (NoSuchFileException starting) {
      return Optional.empty();
    }
  }

  private static void signal(String name, List<Long> processes) throws Exception {
    for (long process : processes) {
      new ProcessBuilder("kill", "-" + name, "" + process).inheritIO().start().waitFor();
    }
  }
}
