package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestEgress;
import parley.testing.TestEgress.Manner;
import parley.testing.TestLiveKit;
import parley.testing.TestRooms;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// Recordings without S3.
@Tag("slow")
class RecordingFolderTest {
  private static final Path SPEECH = Path.of("examples", "jfk.flac");

  @TempDir private Path folder = Path.of("");

  private static Map<String, String> settings(TestEgress egress, Path recordings) {
    Map<String, String> settings = egress.settings();
    settings.put("server.roles", "api,worker");
    settings.put("calls.look_every_seconds", "1");
    settings.put("calls.recordings_folder", recordings.toString());
    return settings;
  }

  private static void connect(TestLiveKit liveKit, TestEgress egress, TestServer server) {
    liveKit.start(server.uri("/v1/calls/webhook"));
    egress.tell(server.uri("/v1/calls/webhook"));
  }

  private void awaitKept(TestCaller alice, String call) throws Exception {
    Eventually.holds("it is kept", () -> "completed".equals(first(alice, call, "status")));
    assertThat(alice.get("/v1/media/download/" + first(alice, call, "media_id")).status())
        .isEqualTo(200);
    Eventually.holds("egress's own file goes", () -> files().isEmpty());
  }

  @Test
  void takesRecordingsFromAFolderThatEgressShares() throws Exception {
    try (TestLiveKit liveKit = TestLiveKit.prepare();
        TestEgress egress = TestEgress.before(liveKit, SPEECH)) {
      Map<String, String> settings = settings(egress, folder);
      try (TestServer server = TestServer.start(settings)) {
        connect(liveKit, egress, server);
        TestCaller alice = server.newTenant();
        String call = called(alice);
        Answer started = alice.send("POST", call + "/recording/start", "{}");
        assertThat(started.status()).as(started.text()).isEqualTo(200);
        assertThat(recordings(server)).isEqualTo("ok");
        Eventually.holds("it records", () -> "recording".equals(first(alice, call, "status")));
        alice.post(call + "/end");
        awaitKept(alice, call);
      }
    }
  }

  @Test
  void keepsAFileThatEgressStillWritesWhenItWasGivenUp() throws Exception {
    try (TestLiveKit liveKit = TestLiveKit.prepare();
        TestEgress egress = TestEgress.before(liveKit, SPEECH)) {
      Map<String, String> settings = settings(egress, folder);
      settings.put("calls.reconnecting_seconds", "1");
      try (TestServer server = TestServer.start(settings)) {
        connect(liveKit, egress, server);
        TestCaller alice = server.newTenant();
        String call = called(alice);
        alice.send("POST", call + "/recording/start", "{}");
        Eventually.holds("it records", () -> "recording".equals(first(alice, call, "status")));
        Path file = files().getFirst();
        // As if it were written to for as long as this test may take.
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(600)));
        egress.behave(Manner.DEAD);
        Eventually.holds("it is given up", () -> !"recording".equals(first(alice, call, "status")));
        for (int looks = 0; looks < 2; looks++) {
          String again =
              "from call_recordings where looked_at > timestamptz '" + Instant.now() + "'";
          Eventually.holds("it is looked for", () -> server.count(again) == 1);
        }
        egress.deliver();
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(600)));
        awaitKept(alice, call);
      }
    }
  }

  @Test
  void tellsAtOnceThatTheFolderIsNotThere() throws Exception {
    Path later = folder.resolve("later");
    try (TestLiveKit liveKit = TestLiveKit.prepare();
        TestEgress egress = TestEgress.before(liveKit, SPEECH)) {
      Map<String, String> settings = settings(egress, later);
      try (TestServer server = TestServer.start(settings)) {
        connect(liveKit, egress, server);
        TestCaller alice = server.newTenant();
        String call = called(alice);
        assertThat(recordings(server)).contains("unusable", later + " does not exist");
        Answer refused = alice.send("POST", call + "/recording/start", "{}");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.at("/error/code")).isEqualTo("SW_CALL_RECORDING_UNAVAILABLE");
        assertThat(refused.header("Retry-After")).isNotNull();
        assertThat(refused.text()).as("that is for operators").doesNotContain(folder.toString());
        assertThat(alice.get(call).at("/data/recording")).isEqualTo("false");
        assertThat(egress.requests()).as("nothing is recorded for nothing").isEmpty();

        Files.createDirectory(later);
        assertThat(recordings(server)).isEqualTo("ok");
        assertThat(alice.send("POST", call + "/recording/start", "{}").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void tellsWhileItRecordsThatEgressHasAnotherFolder() throws Exception {
    Path ours = Files.createDirectory(folder.resolve("ours"));
    Path egresss = Files.createDirectory(folder.resolve("egress"));
    try (TestLiveKit liveKit = TestLiveKit.prepare();
        TestEgress egress = TestEgress.before(liveKit, SPEECH)) {
      Map<String, String> settings = egress.settings();
      settings.put("server.roles", "api,worker");
      settings.put("calls.look_every_seconds", "1");
      settings.put("calls.reconnecting_seconds", "1");
      settings.put("calls.recordings_folder", ours.toString());
      settings.put("calls.egress_folder", egresss.toString());
      try (TestServer server = TestServer.start(settings)) {
        connect(liveKit, egress, server);
        TestCaller alice = server.newTenant();
        String call = called(alice);
        alice.send("POST", call + "/recording/start", "{}");
        Eventually.holds("it is told", () -> first(alice, call, "warning") != null);
        assertThat(first(alice, call, "warning")).contains("does not appear");
        assertThat(recordings(server)).contains("unusable", "calls.egress_folder");
        JsonNode told = CallTown.heard(alice, "swp.call.state").getLast().get("content");
        assertThat(told.at("/last_recording/warning").asString("")).contains("does not appear");
        assertThat(first(alice, call, "status")).isEqualTo("recording");
      }
    }
  }

  private static String recordings(TestServer server) {
    return String.valueOf(server.stranger().get("/readyz").at("/checks/recordings"));
  }

  @Test
  void refusesToRecordWithoutAPlaceForIt() {
    try (TestLiveKit liveKit = TestLiveKit.prepare()) {
      Map<String, String> settings = liveKit.settings();
      settings.put("server.roles", "api,worker");
      try (TestServer server = TestServer.start(settings)) {
        liveKit.start(null);
        TestCaller alice = server.newTenant();
        String call = called(alice);
        Answer refused = alice.send("POST", call + "/recording/start", "{}");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.at("/error/code")).isEqualTo("SW_CALL_RECORDING_UNAVAILABLE");
        assertThat(alice.get(call + "/recordings").at("/meta/total")).isEqualTo("0");
      }
    }
  }

  private static String called(TestCaller alice) {
    String room = TestRooms.create(alice, "group");
    Answer call =
        alice.send(
            "POST", "/v1/calls/initiate", "{\"room_id\": \"" + room + "\", \"type\": \"audio\"}");
    return "/v1/calls/" + call.at("/data/call_id");
  }

  private static @Nullable String first(TestCaller alice, String call, String field) {
    return alice.get(call).at("/data/recordings/0/" + field);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
