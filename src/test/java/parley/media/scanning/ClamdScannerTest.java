package parley.media.scanning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import parley.testing.Samples;
import parley.testing.TestClamd;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
class ClamdScannerTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final TestClamd clamd =
      TestClamd.start(
          "AlertExceedsMax yes", "StreamMaxLength 4M", "MaxFileSize 3M", "MaxScanSize 3M");
  private final TestClamd silent =
      TestClamd.start(
          "AlertExceedsMax no", "StreamMaxLength 4M", "MaxFileSize 3M", "MaxScanSize 3M");
  @TempDir Path folder;

  @AfterAll
  void stop() {
    clamd.close();
    silent.close();
  }

  private static ClamdScanner scanner(ClamdAddress... addresses) {
    return scanner(10_000_000, Duration.ofSeconds(5), addresses);
  }

  private static ClamdScanner scanner(long largest, Duration patience, ClamdAddress... addresses) {
    return new ClamdScanner(
        List.of(addresses),
        new ClamdSettings(Duration.ofSeconds(2), patience, largest, false),
        Clock.systemUTC());
  }

  private Path file(byte[] content) throws IOException {
    return Files.write(Files.createTempFile(folder, "scanned", ""), content);
  }

  private static byte[] zip(String name, byte[] content) throws IOException {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(archive)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
      zip.closeEntry();
    }
    return archive.toByteArray();
  }

  private static byte[] noise(int length) {
    byte[] noise = new byte[length];
    new Random(1).nextBytes(noise);
    return noise;
  }

  private static ScanResult infected() {
    return new ScanResult.Infected(TestClamd.EICAR_NAME);
  }

  @Test
  void detectsVirusesOverUnixAndTcpSockets() throws IOException {
    for (ClamdAddress address : List.of(clamd.unixAddress(), clamd.tcpAddress())) {
      assertThat(scanner(address).scan(file(TestClamd.EICAR))).isEqualTo(infected());
      assertThat(scanner(address).scan(Samples.file("tone.wav"))).isEqualTo(new ScanResult.Clean());
      assertThat(scanner(address).scan(Samples.file("document.docx")))
          .isEqualTo(new ScanResult.Clean());
    }
  }

  @Test
  void findsVirusesInArchivesAndAfterRandomData() throws IOException {
    byte[] twice = zip("inner.zip", zip("eicar.com", TestClamd.EICAR));
    assertThat(scanner(clamd.unixAddress()).scan(file(twice))).isEqualTo(infected());
    byte[] noise = noise(1_000_000);
    byte[] behind = Arrays.copyOf(noise, noise.length + TestClamd.EICAR.length);
    System.arraycopy(TestClamd.EICAR, 0, behind, noise.length, TestClamd.EICAR.length);
    assertThat(scanner(clamd.tcpAddress()).scan(file(behind))).isEqualTo(infected());
  }

  @Test
  void neverReportsAFileBeyondTheStreamLimitAsClean() throws IOException {
    Path large = file(noise(9_000_000));
    for (TestClamd each : List.of(clamd, silent)) {
      for (ClamdAddress address : List.of(each.unixAddress(), each.tcpAddress())) {
        for (int i = 0; i < 5; i++) {
          assertThat(scanner(address).scan(large)).isInstanceOf(ScanResult.TooLarge.class);
        }
      }
    }
  }

  @Test
  void neverReportsAFileBeyondTheScanLimitsAsClean() throws IOException {
    Path large = file(noise(3_500_000));
    assertThat(scanner(clamd.unixAddress()).scan(large)).isInstanceOf(ScanResult.TooLarge.class);
    Path bomb = file(zip("zeroes", new byte[20_000_000]));
    assertThat(scanner(clamd.unixAddress()).scan(bomb)).isInstanceOf(ScanResult.TooLarge.class);
  }

  @Test
  void doesNotTrustASilentScannerWithArchives() throws IOException {
    Path bomb = file(zip("zeroes", new byte[20_000_000]));
    assertThat(scanner(silent.unixAddress()).scan(bomb)).isInstanceOf(ScanResult.TooLarge.class);
    assertThat(scanner(silent.unixAddress()).scan(Samples.file("plain.jpg")))
        .isEqualTo(new ScanResult.Clean());
    assertThat(scanner(silent.unixAddress()).scan(file(zip("a", TestClamd.EICAR))))
        .isEqualTo(infected());
    ClamdScanner trusting =
        new ClamdScanner(
            List.of(silent.unixAddress()),
            new ClamdSettings(LONG, LONG, 10_000_000, true),
            Clock.systemUTC());
    assertThat(trusting.scan(Samples.file("plain.zip"))).isEqualTo(new ScanResult.Clean());
  }

  @Test
  void doesNotSendAFileBeyondItsOwnLimit() throws IOException {
    ClamdAddress nobody = new ClamdAddress("unix:/nonexistent");
    assertThat(scanner(1000, LONG, nobody).scan(file(new byte[1001])))
        .isInstanceOf(ScanResult.TooLarge.class);
    assertThat(scanner(1000, LONG, nobody).scan(file(new byte[1000])))
        .isInstanceOf(ScanResult.Unavailable.class);
  }

  @Test
  void usesTheNextAddressWhenOneIsDown() throws IOException {
    ClamdAddress nobody = new ClamdAddress("127.0.0.1:1");
    ClamdScanner scanner = scanner(nobody, clamd.tcpAddress());
    assertThat(scanner.scan(file(TestClamd.EICAR))).isEqualTo(infected());
    assertThat(scanner.health())
        .extracting(ClamdScanner.Health::answers)
        .containsExactly(false, true);
    assertThat(scanner(nobody, new ClamdAddress("unix:/nonexistent")).scan(file(new byte[1])))
        .isInstanceOfSatisfying(
            ScanResult.Unavailable.class,
            unavailable ->
                assertThat(unavailable.reason()).contains("127.0.0.1:1", "unix:/nonexistent"));
  }

  @Test
  void isUnavailableOnlyWhileClamdIsDown() throws IOException {
    try (TestClamd mortal = TestClamd.start("AlertExceedsMax yes")) {
      ClamdScanner scanner = scanner(mortal.unixAddress());
      assertThat(scanner.scan(file(TestClamd.EICAR))).isEqualTo(infected());
      mortal.kill();
      assertThat(scanner.scan(file(TestClamd.EICAR))).isInstanceOf(ScanResult.Unavailable.class);
      mortal.restart();
      assertThat(scanner.scan(file(TestClamd.EICAR))).isEqualTo(infected());
    }
  }

  @Test
  void reportsTheVersionAndWhetherLimitsAreReported() {
    assertThat(scanner(clamd.unixAddress(), silent.tcpAddress()).health())
        .allSatisfy(health -> assertThat(health.version()).startsWith("ClamAV "))
        .extracting(ClamdScanner.Health::alerts)
        .containsExactly(true, false);
  }

  @Test
  void timesOutWhenAScannerNeverResponds() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      ClamdAddress address = new ClamdAddress("127.0.0.1:" + mute.getLocalPort());
      long start = System.nanoTime();
      // Fits into the socket's buffers but is large enough for writes to block.
      for (int size : new int[] {100, 9_000_000}) {
        assertThat(scanner(10_000_000, Duration.ofMillis(300), address).scan(file(noise(size))))
            .isInstanceOf(ScanResult.Unavailable.class);
      }
      assertThat(System.nanoTime() - start).isLessThan(30_000_000_000L);
    }
  }

  @Test
  void doesNotTreatClosedConnectionsAsAVerdict() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      breakOffStreams(server);
      ClamdAddress address = new ClamdAddress("127.0.0.1:" + server.getLocalPort());
      for (int size : new int[] {3_000, 300_000, 9_000_000}) {
        assertThat(scanner(address).scan(file(noise(size))))
            .isInstanceOf(ScanResult.Unavailable.class);
      }
    }
  }

  /// A clamd that runs but resets every stream, as one without free threads does.
  private static void breakOffStreams(ServerSocket server) {
    Thread.ofVirtual()
        .start(() -> {
          while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
              String command =
                  new String(socket.getInputStream().readNBytes(6), StandardCharsets.US_ASCII);
              if (command.equals("zPING\0")) {
                socket.getOutputStream().write("PONG\0".getBytes(StandardCharsets.US_ASCII));
              } else {
                socket.getInputStream().readNBytes(2_000);
                socket.setSoLinger(true, 0);
              }
            } catch (IOException clientIsGone) {
              // The next one, or the end.
            }
          }
        });
  }

  /// Reads part of each request, answers and closes it, until the server is closed.
  private static void answerAll(ServerSocket server, int read, byte[] answer) {
    Thread.ofVirtual()
        .start(() -> {
          while (!server.isClosed()) {
            try (Socket socket = server.accept();
                InputStream in = socket.getInputStream();
                OutputStream out = socket.getOutputStream()) {
              in.readNBytes(read);
              out.write(answer);
            } catch (IOException clientIsGone) {
              // The next one, or the end.
            }
          }
        });
  }

  @Test
  void reportsNothingAsCleanOnUnknownAnswers() throws Exception {
    for (String answer :
        List.of(
            "",
            "OK\0",
            "stream: OK",
            "stream: \0",
            "PONG\0",
            "HTTP/1.1 200 OK\r\n\r\n",
            "stream: Can't allocate memory ERROR\0",
            "x".repeat(100_000))) {
      try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
        answerAll(server, 14, answer.getBytes(StandardCharsets.US_ASCII));
        ClamdAddress address = new ClamdAddress("127.0.0.1:" + server.getLocalPort());
        assertThat(scanner(address).scan(file(new byte[100])))
            .as(answer.substring(0, Math.min(answer.length(), 40)))
            .isInstanceOf(ScanResult.Unavailable.class);
      }
    }
  }

  @Test
  void treatsANamelessFindingAsALimitRatherThanAVirus() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      answerAll(server, 14, "stream: (null) FOUND\0".getBytes(StandardCharsets.US_ASCII));
      ClamdAddress address = new ClamdAddress("127.0.0.1:" + server.getLocalPort());
      assertThat(scanner(address).scan(file(new byte[100])))
          .isInstanceOf(ScanResult.TooLarge.class);
    }
  }

  @Test
  void scansConcurrently() throws Exception {
    ClamdScanner scanner = scanner(clamd.unixAddress(), clamd.tcpAddress());
    Path bad = file(zip("a", TestClamd.EICAR));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<ScanResult>> results =
          Stream.generate(() -> threads.submit(() -> scanner.scan(bad))).limit(40).toList();
      for (Future<ScanResult> result : results) {
        assertThat(result.get()).isEqualTo(infected());
      }
    }
  }

  @Test
  void refusesInvalidAddresses() {
    for (String text : List.of("", "host", "host:", ":1", "host:0", "host:70000", "unix:")) {
      assertThatThrownBy(() -> new ClamdAddress(text)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(new ClamdAddress("[::1]:3310").resolve().toString()).contains("3310");
  }
}
