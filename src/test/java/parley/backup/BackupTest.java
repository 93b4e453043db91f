package parley.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.speech.Recordings;
import parley.speech.relay.FaultyPeer;
import parley.speech.relay.FaultyPeer.Way;
import parley.testing.Eventually;
import parley.testing.RealServer;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestCommand;
import parley.testing.TestForm;
import parley.testing.TestRooms;
import tools.jackson.databind.JsonNode;

/// `parley backup` beside a server at work, and `parley restore`.
@Tag("slow")
final class BackupTest {
  private static final Path RECORDING = Recordings.recording("jfk-3s.flac");
  private static final int ENOUGH = 20;

  @TempDir Path folder;

  /// Transcribes.
  private final FaultyPeer relay = new FaultyPeer(Way.ANSWERS);

  /// What clients were told that the server has.
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();

  private final Queue<String> messages = new ConcurrentLinkedQueue<>();
  private final Queue<String> jobs = new ConcurrentLinkedQueue<>();
  private final AtomicInteger deleted = new AtomicInteger();

  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicInteger seed = new AtomicInteger();

  @AfterEach
  void close() {
    relay.close();
  }

  @Test
  void restoresAllThatWasAcknowledgedBeforeTheBackupOfAServerAtWork() throws Exception {
    Path data = folder.resolve("data");
    Path backup = folder.resolve("backup");
    String key;
    String room;
    Map<String, byte[]> filesBefore;
    List<String> messagesBefore;
    List<String> jobsBefore;
    // Without workers, so that the jobs still wait when the backup is taken.
    try (RealServer server = RealServer.start(data, settings("api"))) {
      key = String.valueOf(server.key());
      TestCaller caller = server.caller(key);
      room = TestRooms.create(caller, "public");
      for (int i = 0; i < 3; i++) {
        jobs.add(
            "/v1/jobs/"
                + caller.post("/v1/transcribe", new TestForm().file(RECORDING)).at("/data/job_id"));
      }
      List<Thread> load =
          Stream.<Runnable>of(
                  () -> upload(caller),
                  () -> upload(caller),
                  () -> uploadAndDelete(caller),
                  () -> say(caller, room))
              .map(work -> Thread.startVirtualThread(() -> repeat(work)))
              .toList();
      Eventually.holds(
          "there is something to lose",
          () -> files.size() >= ENOUGH && messages.size() >= ENOUGH && deleted.get() >= ENOUGH);
      filesBefore = Map.copyOf(files);
      messagesBefore = List.copyOf(messages);
      jobsBefore = List.copyOf(jobs);
      int deletedBefore = deleted.get();

      TestCommand taken = TestCommand.run("backup", "" + backup, "--data-dir", "" + data);

      assertThat(taken.status()).as(taken.err()).isZero();
      assertThat(taken.out()).contains("Backed up to " + backup).doesNotContain("not whole");
      assertThat(deleted.get()).as("files deleted meanwhile").isGreaterThan(deletedBefore);
      stopped.set(true);
      for (Thread thread : load) {
        thread.join();
      }
      Eventually.holds(
          "what was deleted during the backup is gone",
          () -> regularFiles(data.resolve("blobs/tenant")).size() == files.size() + 1);
    }
    assertThat(regularFiles(backup)).allSatisfy(BackupTest::assertPrivate);

    Path restored = folder.resolve("restored");
    TestCommand restore = TestCommand.run("restore", "" + backup, "--data-dir", "" + restored);
    assertThat(restore.status()).as(restore.err()).isZero();

    try (RealServer server = RealServer.start(restored, settings("api,worker"))) {
      TestCaller caller = server.caller(key);
      filesBefore.forEach(
          (path, content) -> assertThat(caller.get(path).bytes()).isEqualTo(content));
      assertThat(saidIn(caller, room)).containsAll(messagesBefore);
      for (String job : jobsBefore) {
        Eventually.holds(job, () -> "completed".equals(caller.get(job).at("/data/status")));
        assertThat(caller.get(job).at("/data/transcript")).contains("Guten Tag");
      }
      assertThat(listed(caller))
          .isNotEmpty()
          .allSatisfy(path ->
              assertThat(caller.get(path).status())
                  .as("torn from its file: " + path)
                  .isEqualTo(200));
    }
  }

  private Map<String, String> settings(String roles) {
    return Map.of("server.roles", roles, "relay.base_url", relay.baseUrl().toString());
  }

  private void repeat(Runnable work) {
    while (!stopped.get()) {
      work.run();
    }
  }

  private void upload(TestCaller caller) {
    byte[] content = new byte[20_000];
    new Random(seed.incrementAndGet()).nextBytes(content);
    files.put(uploaded(caller, content), content);
  }

  private void uploadAndDelete(TestCaller caller) {
    byte[] content = new byte[1_000];
    new Random(seed.incrementAndGet()).nextBytes(content);
    String path = uploaded(caller, content).replace("/download/", "/");
    assertThat(caller.delete(path).status()).isEqualTo(204);
    deleted.incrementAndGet();
  }

  private static String uploaded(TestCaller caller, byte[] content) {
    Answer answer = caller.post("/v1/media/upload", new TestForm().file("file", "name", content));
    assertThat(answer.status()).isEqualTo(200);
    return "/v1/media/download/" + answer.at("/data/media_id");
  }

  private void say(TestCaller caller, String room) {
    String text = "message " + seed.incrementAndGet();
    assertThat(TestRooms.say(caller, room, text).status()).isEqualTo(200);
    messages.add(text);
  }

  private static List<String> saidIn(TestCaller caller, String room) {
    List<String> said = new ArrayList<>();
    String cursor = "";
    while (true) {
      Answer page = caller.get("/v1/rooms/" + room + "/messages?limit=100" + cursor);
      for (JsonNode message : page.json().get("data")) {
        said.add(message.at("/content/body").asString());
      }
      if (page.at("/meta/next_cursor") == null) {
        return said;
      }
      cursor = "&cursor=" + page.at("/meta/next_cursor");
    }
  }

  private static List<String> listed(TestCaller caller) {
    List<String> paths = new ArrayList<>();
    for (JsonNode media : caller.get("/v1/media?limit=100").json().get("data")) {
      paths.add("/v1/media/download/" + media.get("media_id").asString());
    }
    return paths;
  }

  private static List<Path> regularFiles(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (UncheckedIOException goneMeanwhile) {
      return List.of();
    }
  }

  private static void assertPrivate(Path file) throws IOException {
    if (!file.toString().contains("/blobs/")) {
      assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    }
    for (Path step = file.getParent();
        step != null && !step.endsWith("backup");
        step = step.getParent()) {
      assertThat(Files.getPosixFilePermissions(step)).as("" + step).hasSize(3);
    }
  }
}
