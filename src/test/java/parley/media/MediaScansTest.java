package parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.Eventually;
import parley.testing.OnBothStores;
import parley.testing.SettableClock;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestClamd;
import parley.testing.TestForm;
import parley.testing.TestServer;

/// Uploads with a real clamd.
@Tag("server")
@OnBothStores
class MediaScansTest {
  /// More than PostgreSQL's, after which a session looks once for a deadlock.
  private static final Duration DEADLOCK_TIMEOUT = Duration.ofMillis(1_500);

  private static TestClamd clamd;
  private static TestServer server;

  @BeforeAll
  static void start() {
    clamd = TestClamd.start("AlertExceedsMax yes");
    server =
        TestServer.start(
            Map.of("scanner.addresses", clamd.tcpAddress().text(), "scanner.max_bytes", "1000000"));
  }

  @AfterAll
  static void stop() {
    server.close();
    clamd.close();
  }

  @Test
  void marksHarmlessFilesCleanAndReportsTheScanner() throws Exception {
    TestCaller alice = server.newTenant();
    Answer uploaded = upload(alice, text("harmless"));
    assertThat(uploaded.at("/data/scan_status")).isEqualTo("pending");
    awaitStatus(alice, uploaded, "clean");
    assertThat(alice.get("/v1/admin/audit").at("/data/0/details/verdict")).isEqualTo("clean");
    // The same bytes are not scanned again.
    assertThat(upload(alice, text("harmless")).at("/data/scan_status")).isEqualTo("clean");
    assertThat(server.stranger().get("/readyz").at("/checks/scanner")).isEqualTo("ok");
  }

  @Test
  void deletesAnInfectedFileWithAllEntriesAndRefusesItFromThenOn() throws Exception {
    // Not the same bytes as with the other store, whose server has the same database.
    byte[] infected = zip("inner.zip", zip(UUID.randomUUID() + ".com", TestClamd.EICAR));
    TestCaller alice = server.newTenant();
    TestCaller other = server.newTenant();
    Answer first = upload(alice, infected);
    assertThat(first.status()).isEqualTo(200);
    String id = String.valueOf(first.at("/data/media_id"));

    Eventually.holds("gone", () -> info(alice, first).status() == 404);

    assertThat(alice.get("/v1/media/download/" + id).status()).isEqualTo(404);
    assertThat(alice.get("/v1/media/signed/" + id).status()).isEqualTo(404);
    assertThat(alice.get("/api/v1/media/" + id.substring(4)).status()).isEqualTo(404);
    assertThat(alice.get("/v1/media").json().get("data")).isEmpty();
    assertThat(alice.delete("/v1/media/" + id).status()).isEqualTo(404);
    Eventually.holds(
        "the bytes are gone",
        () ->
            server.storedFiles().stream()
                .noneMatch(file -> file.contains(String.valueOf(first.at("/data/sha256")))));
    assertThat(alice.get("/v1/admin/audit").at("/data/0/details/verdict")).isEqualTo("infected");
    assertThat(alice.get("/v1/admin/audit").at("/data/0/details/signature"))
        .isEqualTo(TestClamd.EICAR_NAME);
    for (TestCaller again : new TestCaller[] {alice, other}) {
      Answer refused = upload(again, infected);
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.at("/error/code")).isEqualTo("SW_MEDIA_INFECTED");
    }
  }

  @Test
  void marksNothingCleanThatTheScannerSkips() throws Exception {
    TestCaller alice = server.newTenant();
    byte[] large = new byte[1_000_001];
    Answer uploaded = upload(alice, large);
    awaitStatus(alice, uploaded, "skipped");
    assertThat(alice.get("/v1/admin/audit").at("/data/0/details/reason")).isNotEmpty();
  }

  @Test
  void scansConcurrentUploadsOnceEach() throws Exception {
    TestCaller alice = server.newTenant();
    try (ExecutorService uploading = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> uploads = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        byte[] content = text("at once " + i);
        uploads.add(uploading.submit(() -> upload(alice, content)));
      }
      for (Future<Answer> upload : uploads) {
        assertThat(upload.get().status()).isEqualTo(200);
        awaitStatus(alice, upload.get(), "clean");
      }
    }
    String mine = "from scans where tenant_id = '" + alice.tenant().id() + "'";
    assertThat(server.count(mine + " and status = 'clean' and attempts = 1")).isEqualTo(16);
  }

  @Test
  void letsOnlyTheOwnerReadUntilTheScanIsDone() throws Exception {
    SettableClock clock = new SettableClock(Instant.parse("2026-05-17T12:00:00Z"));
    try (TestClamd late = TestClamd.start("AlertExceedsMax yes")) {
      late.kill();
      try (TestServer own =
          TestServer.start(Map.of("scanner.addresses", late.tcpAddress().text()), clock)) {
        TestCaller alice = own.newTenant();
        TestCaller bob = alice.colleague();
        Answer uploaded = upload(alice, text("waiting"));
        String download = "/v1/media/download/" + uploaded.at("/data/media_id");
        String link =
            String.valueOf(
                alice.get("/v1/media/signed/" + uploaded.at("/data/media_id")).at("/data/url"));

        assertThat(own.stranger().get("/readyz").status()).isEqualTo(200);
        assertThat(own.stranger().get("/readyz").at("/checks/scanner")).startsWith("unreachable");
        assertThat(alice.get(download).text()).isEqualTo("waiting");
        assertPending(bob.get(download));
        assertPending(bob.get(download + "/thumbnail"));
        assertPending(own.stranger().get(link));
        assertThat(info(bob, uploaded).at("/data/scan_status")).isEqualTo("pending");

        late.restart();
        Eventually.holds(
            "tried again",
            () -> {
              clock.move(Duration.ofSeconds(1));
              return "clean".equals(info(alice, uploaded).at("/data/scan_status"));
            });
        assertThat(bob.get(download).text()).isEqualTo("waiting");
      }
    }
  }

  @Test
  void deletesAnInfectedFileWhileItsOwnerDeletesIt() throws Exception {
    SettableClock clock = new SettableClock(Instant.parse("2026-05-17T12:00:00Z"));
    try (TestClamd late = TestClamd.start("AlertExceedsMax yes")) {
      late.kill();
      try (TestServer own =
          TestServer.start(Map.of("scanner.addresses", late.tcpAddress().text()), clock)) {
        TestCaller alice = own.newTenant();
        Answer uploaded = upload(alice, zip(UUID.randomUUID() + ".com", TestClamd.EICAR));
        String blob = "from blobs where tenant_id = '" + alice.tenant().id() + "'";
        CompletableFuture<Answer> deleted;
        try (AutoCloseable _ = own.hold("select 1 " + blob + " for update")) {
          deleted =
              CompletableFuture.supplyAsync(
                  () -> alice.delete("/v1/media/" + uploaded.at("/data/media_id")),
                  Thread::startVirtualThread);
          Eventually.holds("the owner deletes it", () -> waitingForLocks(own, Duration.ZERO) == 1);
          late.restart();
          Eventually.holds(
              "the scanner, too, for so long that it will not be the victim of a deadlock",
              () -> {
                clock.move(Duration.ofSeconds(1));
                return waitingForLocks(own, DEADLOCK_TIMEOUT) == 2;
              });
        }
        assertThat(deleted.join().status()).isEqualTo(204);
        Eventually.holds("it is gone", () -> own.storedFiles().isEmpty());
      }
    }
  }

  /// How many sessions of the database have waited for a lock for longer than this.
  private static long waitingForLocks(TestServer own, Duration time) {
    return own.count(
        "from pg_stat_activity join pg_locks using (pid) where datname = current_database()"
            + " and waitstart < clock_timestamp() - interval '"
            + time.toMillis()
            + " milliseconds'");
  }

  private static void assertPending(Answer answer) {
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.at("/error/code")).isEqualTo("SW_MEDIA_SCAN_PENDING");
    assertThat(answer.header("Retry-After")).isEqualTo("5");
  }

  private static void awaitStatus(TestCaller caller, Answer uploaded, String status)
      throws Exception {
    Eventually.holds(status, () -> status.equals(info(caller, uploaded).at("/data/scan_status")));
  }

  private static Answer info(TestCaller caller, Answer uploaded) {
    return caller.get("/v1/media/" + uploaded.at("/data/media_id") + "/info");
  }

  private static Answer upload(TestCaller caller, byte[] content) {
    return caller.post(
        "/v1/media/upload",
        new TestForm().file("file", "a", content).field("tenant_scope", "true"));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
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
}
