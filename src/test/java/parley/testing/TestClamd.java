package parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import parley.media.scanning.ClamdAddress;
import parley.media.scanning.ClamdScanner;
import parley.media.scanning.ClamdSettings;

/// A real clamd that knows only the EICAR test file. Debian's package is `clamav-daemon`. The test
/// that starts it closes it.
public final class TestClamd implements AutoCloseable {
  /// The test file of the European Institute for Computer Antivirus Research, in two halves so that
  /// no scanner reports this source file.
  public static final byte[] EICAR =
      ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*")
          .getBytes(StandardCharsets.US_ASCII);

  /// clamd's name for it: the name in the signature below, with the suffix for unofficial
  /// signatures.
  public static final String EICAR_NAME = "Eicar-Test.UNOFFICIAL";

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path folder;
  private final int port;
  private final List<String> options;
  private Process process;

  private TestClamd(Path folder, int port, List<String> options, Process process) {
    this.folder = folder;
    this.port = port;
    this.options = options;
    this.process = process;
  }

  /// Starts a clamd with these additional configuration lines and waits until it answers.
  public static TestClamd start(String... options) {
    try {
      // Not in the test's directory, because the path of a socket is limited to about 100
      // characters.
      Path folder = Files.createTempDirectory("clamd");
      Path signatures = Files.createDirectory(folder.resolve("signatures"));
      Files.writeString(
          signatures.resolve("test.ndb"),
          "Eicar-Test:0:*:" + HexFormat.of().formatHex(EICAR) + "\n");
      int port = FreePort.any();
      TestClamd clamd =
          new TestClamd(folder, port, List.of(options), run(folder, port, List.of(options)));
      clamd.awaitAnswer();
      return clamd;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process run(Path folder, int port, List<String> options) throws IOException {
    Path configuration = folder.resolve("clamd.conf");
    Files.writeString(
        configuration,
        """
        Foreground yes
        DatabaseDirectory %s
        OfficialDatabaseOnly no
        LocalSocket %s
        TCPSocket %d
        TCPAddr 127.0.0.1
        LogFile %s
        TemporaryDirectory %s
        %s
        """
            .formatted(
                folder.resolve("signatures"),
                folder.resolve("socket"),
                port,
                folder.resolve("log"),
                folder,
                String.join("\n", options)));
    return new ProcessBuilder(program(), "--config-file=" + configuration)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
  }

  private static String program() {
    return Stream.of("/usr/sbin/clamd", "/usr/local/sbin/clamd", "/opt/homebrew/sbin/clamd")
        .filter(path -> Files.isExecutable(Path.of(path)))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("clamd is missing: apt-get install clamav-daemon"));
  }

  private void awaitAnswer() throws IOException {
    ClamdScanner scanner =
        new ClamdScanner(
            List.of(unixAddress(), tcpAddress()), ClamdSettings.standard(), Clock.systemUTC());
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!scanner.health().stream().allMatch(ClamdScanner.Health::answers)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        String output = Files.readString(folder.resolve("output"));
        close();
        throw new IllegalStateException("clamd did not start: " + output);
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
  }

  public ClamdAddress unixAddress() {
    return new ClamdAddress("unix:" + folder.resolve("socket"));
  }

  public ClamdAddress tcpAddress() {
    return new ClamdAddress("127.0.0.1:" + port);
  }

  /// Kills the process; its addresses stay the same.
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Restarts it at the same addresses.
  public void restart() {
    try {
      Files.deleteIfExists(folder.resolve("socket"));
      process = run(folder, port, options);
      awaitAnswer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
    try (Stream<Path> left = Files.walk(folder)) {
      for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
