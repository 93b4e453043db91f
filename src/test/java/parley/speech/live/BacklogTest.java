package parley.speech.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.storage.Spool;

class BacklogTest {
  private static final int PIECE_BYTES = 10_000;
  private static final int MAX_IN_FILE = 95_000;

  /// More than is held in memory, and as much as there is room for in the file.
  private static final int WAITING = 9;

  @TempDir Path folder;
  private Backlog backlog = new Backlog(new Spool(Path.of("unset")));

  @BeforeEach
  void open() throws IOException {
    Spool spool = new Spool(folder.resolve("spool"));
    spool.start();
    backlog = new Backlog(spool, MAX_IN_FILE);
  }

  @AfterEach
  void close() {
    backlog.close();
  }

  @Test
  @Timeout(value = 30, unit = SECONDS)
  void keepsNoSenderWaitingWhoIsAlwaysALittleAhead() throws IOException {
    for (int i = 0; i < WAITING; i++) {
      add(i);
    }
    for (int i = WAITING; i < 200; i++) {
      take(i - WAITING);
      add(i);
    }
    for (int i = 200 - WAITING; i < 200; i++) {
      take(i);
    }

    assertThat(backlog.isEmpty()).isTrue();
    assertThat(largestFile()).isLessThanOrEqualTo(MAX_IN_FILE);
  }

  private void add(int number) throws IOException {
    if (number % 5 == 4) {
      backlog.add(text(number));
    } else {
      backlog.add(ByteBuffer.wrap(text(number).getBytes(UTF_8)), number % 2 == 0);
    }
  }

  private void take(int number) throws IOException {
    switch (backlog.next()) {
      case Backlog.Text(String found) -> {
        assertThat(number % 5).isEqualTo(4);
        assertThat(found).isEqualTo(text(number));
      }
      case Backlog.Sound(ByteBuffer bytes, boolean last) -> {
        assertThat(UTF_8.decode(bytes).toString()).isEqualTo(text(number));
        assertThat(last).isEqualTo(number % 2 == 0);
      }
      case null -> throw new AssertionError("it is closed");
    }
    backlog.done();
  }

  /// A text of its own length, so that pieces end anywhere in the file.
  private static String text(int number) {
    char[] letters = new char[PIECE_BYTES - number];
    Arrays.fill(letters, (char) ('a' + number % 26));
    return new String(letters);
  }

  private long largestFile() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .mapToLong(file -> file.toFile().length())
          .max()
          .orElse(0);
    }
  }
}
