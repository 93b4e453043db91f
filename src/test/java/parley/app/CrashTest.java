package parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.db.embedded.EmbeddedPostgres;
import parley.speech.Recordings;
import parley.speech.relay.FaultyPeer;
import parley.speech.relay.FaultyPeer.Way;
import parley.testing.Eventually;
import parley.testing.RealServer;
import parley.testing.Samples;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestDecoder;
import parley.testing.TestForm;
import parley.testing.TestPostgres;

/// What a kill -9 may cost: nothing that was acknowledged, and nothing that stays behind.
@Tag("slow")
class CrashTest {
  private static final int JOBS = 8;
  private static final int UPLOADS = 20;
  private static final Path RECORDING = Recordings.recording("jfk-3s.flac");

  @TempDir Path folder;

  @Test
  void losesNothingThatWasAcknowledgedAndLeavesNothingElse() throws Exception {
    Path data = folder.resolve("data");
    Map<String, byte[]> acknowledged = new ConcurrentHashMap<>();
    List<String> jobs = new ArrayList<>();
    String key;
    // Two jobs are done when the server is killed, others are worked on, and some wait.
    try (FaultyPeer relay = new FaultyPeer(Way.ANSWERS, Way.ANSWERS, Way.NEVER_ANSWERS);
        RealServer server = RealServer.start(data, transcribingWith(relay))) {
      key = String.valueOf(server.key());
      TestCaller caller = server.caller(key);
      for (int i = 0; i < JOBS; i++) {
        Answer queued = caller.post("/v1/transcribe", new TestForm().file(RECORDING));
        jobs.add("/v1/jobs/" + queued.at("/data/job_id"));
      }
      List<Socket> halfway = new ArrayList<>();
      for (int i = 0; i < UPLOADS; i++) {
        halfway.add(halfAnUpload(server.address(), key));
      }
      AtomicInteger seed = new AtomicInteger();
      List<Thread> uploading = new ArrayList<>();
      for (int i = 0; i < UPLOADS; i++) {
        uploading.add(Thread.startVirtualThread(() -> uploadUntilDead(caller, acknowledged, seed)));
      }
      Eventually.holds("uploads are acknowledged", () -> acknowledged.size() >= UPLOADS);
      Eventually.holds("a job is worked on", () -> relay.requests().size() > 2);
      Eventually.holds("files of unfinished uploads lie there", () -> spooled(data) >= UPLOADS);

      server.kill();

      for (Thread thread : uploading) {
        thread.join();
      }
      for (Socket socket : halfway) {
        socket.close();
      }
    }

    try (FaultyPeer relay = new FaultyPeer(Way.ANSWERS);
        RealServer server = RealServer.start(data, transcribingWith(relay))) {
      assertThat(server.key()).as("a key is printed at the first start alone").isNull();
      TestCaller caller = server.caller(key);
      acknowledged.forEach(
          (media, content) -> assertThat(caller.get(media).bytes()).isEqualTo(content));
      for (String job : jobs) {
        Eventually.holds(job, () -> "completed".equals(caller.get(job).at("/data/status")));
        assertThat(caller.get(job).at("/data/transcript")).contains("Guten Tag");
      }
      assertThat(caller.get("/v1/jobs?limit=200").json().get("data")).hasSize(JOBS);
      Eventually.holds("the spool is empty", () -> spooled(data) == 0);
      assertThat(count(data, "select count(*) from scheduled_tasks where task_name = 'job'"))
          .isZero();
      assertThat(count(data, "select count(*) from speech_calls"))
          .as("each job stands on the meter once")
          .isEqualTo(JOBS);
      assertThat(count(data, "select count(*) from jobs where sha256 is not null")).isZero();
      assertThat(files(data.resolve("blobs/tenant")))
          .isEqualTo(count(data, "select count(*) from blobs"))
          .isEqualTo(count(data, "select count(distinct sha256) from media"));
      assertThat(server.terminate()).as("a stop by SIGTERM").isEqualTo(143);
    }
  }

  @Test
  void makesAThumbnailThatWasBeingMade() throws Exception {
    Path data = folder.resolve("pictures");
    TestDecoder decoder = new TestDecoder(folder.resolve("decoder"));
    decoder.prepend("case \"$*\" in *'-f gif'*) kill -19 $$;; esac");
    Map<String, String> settings = new HashMap<>(decoder.settings());
    settings.put("media.thumbnail_wait_millis", "0");
    String key;
    String media;
    try (RealServer server = RealServer.start(data, settings)) {
      key = String.valueOf(server.key());
      Answer stored =
          server
              .caller(key)
              .post("/v1/media/upload", new TestForm().file(Samples.file("plain.gif")));
      media = "/v1/media/" + stored.at("/data/media_id") + "/info";
      Eventually.holds(
          "it is being made",
          () -> count(data, "select count(*) from preparations where leased_until > now()") == 1);
      server.kill();
    }
    decoder.repair();

    try (RealServer server = RealServer.start(data, settings)) {
      TestCaller caller = server.caller(key);
      Eventually.holds(
          "it is made", () -> "ready".equals(caller.get(media).at("/data/thumbnail_status")));
    }
  }

  private static Map<String, String> transcribingWith(FaultyPeer relay) {
    return Map.of("relay.base_url", relay.baseUrl().toString());
  }

  /// A form whose file never comes to its end; returns once its bytes are on their way.
  private static Socket halfAnUpload(URI address, String key) throws Exception {
    Socket socket = new Socket(address.getHost(), address.getPort());
    OutputStream out = socket.getOutputStream();
    String head =
        """
        POST /v1/media/upload HTTP/1.1
        Host: localhost
        Authorization: Bearer %s
        Content-Type: multipart/form-data; boundary=b
        Content-Length: 1000000

        --b
        Content-Disposition: form-data; name="file"; filename="half"

        """
            .formatted(key)
            .replace("\n", "\r\n");
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[300_000]);
    out.flush();
    return socket;
  }

  private static void uploadUntilDead(
      TestCaller caller, Map<String, byte[]> acknowledged, AtomicInteger seed) {
    try {
      while (true) {
        byte[] content = new byte[20_000];
        new Random(seed.incrementAndGet()).nextBytes(content);
        Answer answer =
            caller.post("/v1/media/upload", new TestForm().file("file", "random", content));
        if (answer.status() == 200) {
          acknowledged.put("/v1/media/download/" + answer.at("/data/media_id"), content);
        }
      }
    } catch (UncheckedIOException dead) {
      // That is what the test is about: whatever was not answered was not acknowledged.
    }
  }

  private static long spooled(Path data) throws Exception {
    // Without looking at the files themselves, which come and go.
    try (Stream<Path> files = Files.list(data.resolve("spool"))) {
      return files.count();
    }
  }

  private static long files(Path folder) throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  private static long count(Path data, String sql) throws Exception {
    Properties database = EmbeddedPostgres.connectionProperties(data.toRealPath());
    try (Connection connection = TestPostgres.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
