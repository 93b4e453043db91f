package parley.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.Eventually;
import parley.testing.PeerProxy;
import parley.testing.PeerProxy.Fault;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestS3;
import parley.testing.TestS3.Bucket;
import parley.testing.TestServer;

/// Behaviour specific to S3; the other tests of media run on both stores.
@Tag("slow")
class S3StorageTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static TestS3 s3;
  private static Bucket bucket;
  private static TestServer server;

  @BeforeAll
  static void start() {
    s3 = TestS3.start();
    bucket = s3.newBucket();
    server = TestServer.onS3(Map.of("storage.answering_seconds", "5"), bucket);
  }

  @AfterAll
  static void stop() {
    server.close();
    s3.close();
  }

  @Test
  void storesALargeFileInPartsAndServesEveryByte() {
    byte[] content = new byte[(int) (2 * S3BlobStore.PART_BYTES + 4711)];
    new Random(1).nextBytes(content);
    TestCaller alice = server.newTenant();

    Answer uploaded = upload(alice, "large", content);

    assertThat(uploaded.status()).isEqualTo(200);
    String path = "/v1/media/download/" + uploaded.at("/data/media_id");
    assertThat(Arrays.equals(alice.get(path).bytes(), content)).isTrue();
    int seam = (int) S3BlobStore.PART_BYTES;
    Answer part = alice.get(path, "Range", "bytes=" + (seam - 5) + "-" + (seam + 4));
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.bytes()).isEqualTo(Arrays.copyOfRange(content, seam - 5, seam + 5));
    assertThat(alice.send("HEAD", path, "").header("Content-Length"))
        .isEqualTo(String.valueOf(content.length));
    alice.delete("/v1/media/" + uploaded.at("/data/media_id"));
    assertThat(server.storedFiles())
        .noneMatch(file -> file.contains(alice.tenant().id().toString()));
  }

  @Test
  void returnsLinksThatTheStoreServes() throws Exception {
    TestCaller alice = server.newTenant();
    Answer uploaded = upload(alice, "ünsafe.html", bytes("<html><script>alert(1)</script>"));

    Answer signed = alice.get("/v1/media/signed/" + uploaded.at("/data/media_id"));

    String url = String.valueOf(signed.at("/data/url"));
    assertThat(url).startsWith(s3.endpoint().toString());
    assertThat(Duration.between(Instant.now(), Instant.parse(signed.at("/data/expires_at"))))
        .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
    HttpResponse<String> opened = open(url);
    assertThat(opened.statusCode()).isEqualTo(200);
    assertThat(opened.body()).startsWith("<html>");
    assertThat(opened.headers().firstValue("Content-Disposition").orElse(""))
        .startsWith("attachment")
        .contains("%C3%BCnsafe.html");
    HttpResponse<String> part = open(url, "Range", "bytes=1-4");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo("html");
    assertThat(open(url.replace("attachment", "inline")).statusCode()).isEqualTo(403);
    assertThat(open(url.replaceAll("X-Amz-Expires=\\d+", "X-Amz-Expires=9999")).statusCode())
        .isEqualTo(403);
    assertThat(server.newTenant().get("/v1/media/signed/" + uploaded.at("/data/media_id")).status())
        .isEqualTo(404);
  }

  @Test
  void respondsInEveryDialectWhileTheStoreIsUnavailableAndLosesNothing() throws Exception {
    try (TestS3 unsteady = TestS3.start();
        TestServer own =
            TestServer.onS3(
                Map.of("server.roles", "api,worker,speech", "storage.answering_seconds", "5"),
                unsteady.newBucket())) {
      TestCaller alice = own.newTenant();
      byte[] speech = Files.readAllBytes(Path.of("examples/jfk.flac"));
      Answer kept = upload(alice, "kept", bytes("kept"));
      Answer gone = upload(alice, "gone", bytes("gone"));
      String queued = "/v1/jobs/" + queue(alice, speech);
      unsteady.kill();

      assertUnavailable(upload(alice, "a", bytes("late")), "/error/code", "SW_STORAGE_UNAVAILABLE");
      assertUnavailable(
          alice.get("/v1/media/download/" + kept.at("/data/media_id")),
          "/error/code",
          "SW_STORAGE_UNAVAILABLE");
      assertUnavailable(
          alice.post("/v1/modules/scaiecho/transcribe", new TestForm().file("file", "a", speech)),
          "/error/code",
          "STORAGE_UNAVAILABLE");
      assertUnavailable(
          alice.post("/api/v1/media", new TestForm().file("File", "a.flac", speech)),
          "/error/code",
          "STORAGE_UNAVAILABLE");
      assertUnavailable(
          alice.post(
              "/files/upload",
              new TestForm().file("file", "a.txt", bytes("late")).field("user", "u")),
          "/code",
          "storage_unavailable");
      assertUnavailable(
          alice.post(
              "/v1/audio/transcriptions",
              new TestForm().file("file", "a.flac", speech).field("model", "whisper-1")),
          "/error/code",
          "storage_unavailable");
      assertThat(own.stranger().get("/readyz").status()).isEqualTo(503);
      assertThat(own.stranger().get("/readyz").at("/checks/storage")).isEqualTo("failed");
      assertThat(alice.get("/v1/media").json().get("data")).hasSize(2);
      // The entry is deleted immediately, the blob once the store is back.
      assertThat(alice.delete("/v1/media/" + gone.at("/data/media_id")).status()).isEqualTo(204);

      unsteady.restart();

      assertThat(own.stranger().get("/readyz").status()).isEqualTo(200);
      assertThat(alice.get("/v1/media/download/" + kept.at("/data/media_id")).text())
          .isEqualTo("kept");
      assertThat(upload(alice, "a", bytes("late")).status()).isEqualTo(200);
      Eventually.holds(
          "the deleted bytes are gone",
          () ->
              own.storedFiles().stream()
                  .noneMatch(file -> file.contains(String.valueOf(gone.at("/data/sha256")))));
      // Queued before, and completed in any case.
      Eventually.holds(
          "the job is done", () -> "completed".equals(alice.get(queued).at("/data/status")));
    }
  }

  @Test
  void leavesTheDatabaseToOthersWhileTheStoreHangs() throws Exception {
    try (PeerProxy proxy = PeerProxy.before(s3.endpoint());
        TestServer own =
            TestServer.onS3(
                Map.of("storage.endpoint", "http://127.0.0.1:" + proxy.port()), s3.newBucket())) {
      TestCaller alice = own.newTenant();
      TestCaller other = own.newTenant();
      List<Object> media = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        media.add(upload(alice, "a", bytes("file " + i)).at("/data/media_id"));
      }
      proxy.set(Fault.FROZEN);
      List<CompletableFuture<Answer>> deleted =
          media.stream()
              .map(id ->
                  CompletableFuture.supplyAsync(
                      () -> alice.delete("/v1/media/" + id), Thread::startVirtualThread))
              .toList();
      Eventually.holds("half of them are deleted", () -> own.count("from media") <= 10);

      long began = System.nanoTime();
      assertThat(other.get("/v1/media").status()).isEqualTo(200);
      // Until then, the store does not count as unavailable yet.
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
      for (CompletableFuture<Answer> answer : deleted) {
        assertThat(answer.join().status()).isEqualTo(204);
      }
      proxy.set(Fault.NONE);
      Eventually.holds("the bytes are gone", () -> own.storedFiles().isEmpty());
    }
  }

  @Test
  void isUnavailableWithoutItsBucketAndLosesNothing() throws Exception {
    TestCaller alice = server.newTenant();
    String path = "/v1/media/download/" + upload(alice, "kept", bytes("kept")).at("/data/media_id");
    // As when S3 is started without the disk that the bucket is on.
    Path aside =
        Files.move(bucket.folder(), bucket.folder().resolveSibling("not-" + bucket.name()));
    try {
      assertUnavailable(alice.get(path), "/error/code", "SW_STORAGE_UNAVAILABLE");
      assertThat(alice.send("HEAD", path, "").status()).isEqualTo(503);
      assertUnavailable(upload(alice, "a", bytes("late")), "/error/code", "SW_STORAGE_UNAVAILABLE");
    } finally {
      Files.move(aside, bucket.folder());
    }
    assertThat(alice.get(path).text()).isEqualTo("kept");
    assertThat(upload(alice, "a", bytes("late")).status()).isEqualTo(200);
  }

  @Test
  void takesNoDeliveryForMissingWhileItsBucketIs() throws Exception {
    try (S3Deliveries present = S3Deliveries.at(settings(s3.newBucket()));
        S3Deliveries away =
            S3Deliveries.at(settings(new Bucket(s3, "no-such-bucket", Path.of("nowhere"))))) {
      assertThat(present.find("recording.mp4")).isEmpty();
      assertThatThrownBy(() -> away.find("recording.mp4")).isInstanceOf(StorageUnavailable.class);
    }
  }

  @Test
  void timesOutWhenTheStoreNeverResponds() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      S3Settings settings =
          settings(URI.create("http://127.0.0.1:" + silent.getLocalPort()), "bucket", 1);
      try (S3BlobStore store = S3BlobStore.at(settings)) {
        long began = System.nanoTime();
        assertThatThrownBy(store::check).isInstanceOf(StorageUnavailable.class);
        // Far more than the one-second timeout, far less than it would take without it.
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(25));
      }
    }
  }

  @Test
  void doesNotStartWithoutItsBucket() {
    Bucket missing = new Bucket(s3, "no-such-bucket", Path.of("nowhere"));
    assertThatThrownBy(() -> TestServer.onS3(Map.of(), missing))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("no-such-bucket");
    Map<String, String> wrongKey = Map.of("storage.secret_key", "wrong");
    Bucket other = s3.newBucket();
    assertThatThrownBy(() -> TestServer.onS3(wrongKey, other))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(other.name());
  }

  private static S3Settings settings(URI endpoint, String bucket, int seconds) {
    return settings(endpoint, bucket, "any", "any", seconds);
  }

  private static S3Settings settings(Bucket bucket) {
    Map<String, String> settings = bucket.settings();
    return settings(
        s3.endpoint(),
        bucket.name(),
        String.valueOf(settings.get("storage.access_key")),
        String.valueOf(settings.get("storage.secret_key")),
        5);
  }

  private static S3Settings settings(
      URI endpoint, String bucket, String accessKey, String secretKey, int seconds) {
    return new S3Settings(
        Optional.of(endpoint),
        Optional.empty(),
        "eu-test-1",
        bucket,
        accessKey,
        secretKey,
        true,
        "",
        Duration.ofSeconds(seconds),
        Duration.ofSeconds(seconds));
  }

  private static HttpResponse<String> open(String url, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static void assertUnavailable(Answer answer, String pointer, String code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(503);
    assertThat(answer.at(pointer)).isEqualTo(code);
    assertThat(answer.header("Retry-After")).isEqualTo("5");
  }

  private static String queue(TestCaller caller, byte[] recording) {
    Answer answer = caller.post("/v1/transcribe", new TestForm().file("file", "a.flac", recording));
    return String.valueOf(answer.at("/data/job_id"));
  }

  private static Answer upload(TestCaller caller, String name, byte[] content) {
    return caller.post("/v1/media/upload", new TestForm().file("file", name, content));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
