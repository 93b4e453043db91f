package parley.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.db.embedded.Durability;
import parley.db.embedded.EmbeddedPostgres;

/// Connecting to a PostgreSQL that is too busy to answer: here one that is suspended.
@Tag("slow")
class FirstConnectionTest {
  /// Of one attempt; the shortest that the driver knows.
  private static final Duration ATTEMPT = Duration.ofSeconds(1);

  @TempDir Path folder;

  private EmbeddedPostgres postgres;
  private TrackingDataSource source;
  private String pid;

  @BeforeEach
  void suspend() throws Exception {
    Path data = folder.toRealPath();
    postgres = EmbeddedPostgres.start(data, Durability.NONE);
    Properties driver = postgres.properties();
    source = new TrackingDataSource(String.valueOf(driver.remove("url")), driver);
    pid = Files.readAllLines(data.resolve("postgresql/postmaster.pid")).getFirst();
    signal("STOP");
  }

  @AfterEach
  void stop() throws Exception {
    signal("CONT");
    postgres.close();
  }

  @Test
  void waitsForAServerThatRunsAndIsSlowToAnswer() throws Exception {
    AtomicInteger asked = new AtomicInteger();

    FirstConnection.open(
        source,
        ATTEMPT,
        () -> {
          if (asked.incrementAndGet() == 2) {
            signal("CONT");
          }
          return postgres.isRunning();
        });

    assertThat(asked.get()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void givesUpWhenTheServerIsNotKnownToRun() {
    assertThatThrownBy(() -> FirstConnection.open(source, ATTEMPT, () -> false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot connect to the database: ");
  }

  private void signal(String name) {
    try {
      assertThat(new ProcessBuilder("kill", "-s", name, pid).start().waitFor()).isZero();
    } catch (IOException | InterruptedException failure) {
      throw new AssertionError(failure);
    }
  }
}
