package parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.Eventually;
import parley.testing.SettableClock;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestClamd;
import parley.testing.TestForm;
import parley.testing.TestServer;

/// A recording that turns out to be infected while its transcription is queued.
@Tag("slow")
class InfectedRecordingTest {
  private static final Path RECORDING = Path.of("examples/jfk.flac");

  @Test
  void failsTheJobWithACodeOfItsOwn() throws Exception {
    SettableClock clock = new SettableClock(Instant.parse("2026-05-17T12:00:00Z"));
    try (TestClamd clamd = TestClamd.start("AlertExceedsMax yes");
        ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      clamd.kill();
      Map<String, String> settings =
          Map.of(
              "scanner.addresses", clamd.tcpAddress().text(),
              "relay.base_url", "http://127.0.0.1:" + silent.getLocalPort() + "/v1",
              "relay.key", "none",
              "relay.attempts", "1",
              "server.roles", "api,worker",
              // It is not rescheduled.
              "jobs.patience_seconds", "0",
              "jobs.workers", "1");
      try (TestServer server = TestServer.start(settings, clock)) {
        TestCaller alice = server.newTenant();
        // The only worker waits while the relay does not respond.
        String before = job(alice.post("/v1/transcribe", new TestForm().file(RECORDING)));
        try (Socket relayed = silent.accept()) {
          Answer media = alice.post("/v1/media/upload", infected());
          String id = String.valueOf(media.at("/data/media_id"));
          String job = job(alice.post("/v1/transcribe", new TestForm().field("media_id", id)));

          clamd.restart();
          Eventually.holds(
              "found infected",
              () -> {
                clock.move(Duration.ofSeconds(1));
                return alice.get("/v1/media/" + id + "/info").status() == 404;
              });
          Eventually.holds("the bytes are gone", () -> !stored(server, media));
          assertThat(alice.get(job).at("/data/status")).isEqualTo("queued");

          relayed.shutdownOutput();
          Eventually.holds("its turn", () -> "failed".equals(alice.get(job).at("/data/status")));
          assertThat(alice.get(job).at("/data/error/code")).isEqualTo("SW_RECORDING_GONE");
          Eventually.holds(before, () -> "failed".equals(alice.get(before).at("/data/status")));
          Eventually.holds("no row stays", () -> server.count("from blobs") == 0);
        }
      }
    }
  }

  private static String job(Answer answer) {
    assertThat(answer.status()).isEqualTo(202);
    return "/v1/jobs/" + answer.at("/data/job_id");
  }

  private static boolean stored(TestServer server, Answer media) {
    return server.storedFiles().stream()
        .anyMatch(file -> file.contains(String.valueOf(media.at("/data/sha256"))));
  }

  /// A recording with data appended to it.
  private static TestForm infected() throws Exception {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(Files.readAllBytes(RECORDING));
    content.writeBytes(TestClamd.EICAR);
    return new TestForm().file("file", "speech.flac", content.toByteArray());
  }
}
