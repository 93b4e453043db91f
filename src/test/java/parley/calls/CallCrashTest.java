package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.auth.Permission;
import parley.testing.Eventually;
import parley.testing.RealServer;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestEgress;
import parley.testing.TestEgress.Manner;
import parley.testing.TestLiveKit;
import parley.testing.TestParticipant;
import parley.testing.TestPostgres;
import parley.testing.TestRooms;
import parley.testing.TestS3;
import tools.jackson.databind.JsonNode;

/// Server processes that are killed while people talk and are recorded, on one database, with a
/// real LiveKit, real clients and without webhooks.
@Tag("slow")
class CallCrashTest {
  @TempDir Path folder = Path.of("");

  private final Properties database = TestPostgres.newDatabase();
  private final TestS3.Bucket bucket = TestS3.shared().newBucket();

  private final List<RealServer> nodes = new ArrayList<>();

  @AfterEach
  void stop() {
    nodes.forEach(RealServer::close);
  }

  @Test
  void goesOnAndIsRecordedOnceThoughTheNodeDiesAsEgressIsAskedAndAsTheFileIsKept()
      throws Exception {
    try (TestLiveKit liveKit = TestLiveKit.prepare();
        TestEgress egress = TestEgress.before(liveKit, Path.of("examples", "jfk.flac"));
        TestParticipant alicesClient = TestParticipant.start();
        TestParticipant bobsClient = TestParticipant.start()) {
      liveKit.start(null);
      RealServer one = node("one", egress);
      TestCaller alice =
          one.caller(String.valueOf(one.key()))
              .madeUser("alice", Permission.allOfATenant().toArray(Permission[]::new));
      TestCaller bob = alice.madeUser("bob", Permission.ROOMS, Permission.CALLS);
      String room = TestRooms.create(alice, "group");
      TestRooms.bring(alice, room, bob);
      String quiet = TestRooms.create(alice, "group");
      TestRooms.bring(alice, quiet, bob);

      Answer initiated = initiate(alice, room);
      String call = "/v1/calls/" + initiated.at("/data/call_id");
      CallTown.connect(alicesClient, initiated);
      CallTown.connect(bobsClient, bob.post(call + "/join"));
      awaitParticipants(alice, call, 2);
      String ringing = "/v1/calls/" + initiate(alice, quiet).at("/data/call_id");

      // Egress takes the recording, and the node dies before it hears so.
      egress.behave(Manner.ANSWERS_LATE);
      Thread asking = Thread.startVirtualThread(() -> start(alice, call));
      Eventually.holds("egress has it", () -> egress.requests().size() == 1);
      one.kill();
      asking.join();
      // Nobody is there as the other call's time to ring passes.
      update("update calls set ring_until = now(), due_at = now() where status = 'ringing'");
      egress.behave(Manner.TELLS_NOTHING);

      RealServer two = node("two", egress);
      TestCaller aliceAtTwo = two.here(alice);
      awaitRecording(aliceAtTwo, call, "recording");
      assertThat(egress.requests()).as("it was not asked again").hasSize(1);
      awaitParticipants(aliceAtTwo, call, 2);
      assertThat(aliceAtTwo.get(call).at("/data/status")).isEqualTo("active");
      Eventually.holds("they see each other", () -> alicesClient.others() == 1);
      Eventually.holds(
          "nobody answered", () -> "missed".equals(aliceAtTwo.get(ringing).at("/data/end_reason")));

      // The file has been stored and is being shown in the room as that node dies, too.
      try (Connection blocking = TestPostgres.connect(database);
          Statement statement = blocking.createStatement()) {
        blocking.setAutoCommit(false);
        statement.execute("lock table room_files in share mode");
        assertThat(aliceAtTwo.post(call + "/recording/stop").status()).isEqualTo(200);
        Eventually.holds(
            "the file is about to be one of the room's",
            () -> count("pg_locks where relation = 'room_files'::regclass and not granted") > 0);
        two.kill();
      }

      RealServer again = node("one", egress);
      TestCaller aliceAgain = again.here(alice);
      awaitRecording(aliceAgain, call, "completed");
      String media = String.valueOf(aliceAgain.get(call).at("/data/recordings/0/media_id"));
      assertThat(files(aliceAgain, room)).containsExactly(media);
      assertThat(aliceAgain.get("/v1/media/download/" + media).status()).isEqualTo(200);
      assertThat(CallTown.heard(aliceAgain, "swp.room.message")).hasSize(1);
      assertThat(count("media")).isEqualTo(1);
      assertThat(aliceAgain.get(call + "/recordings").at("/meta/total")).isEqualTo("1");
      Eventually.holds("egress's own file goes", () -> bucket.objects().size() == 1);

      bobsClient.disconnect();
      awaitParticipants(aliceAgain, call, 1);
      alicesClient.disconnect();
      Eventually.holds(
          "nobody is left", () -> "completed".equals(aliceAgain.get(call).at("/data/end_reason")));
    }
  }

  private RealServer node(String name, TestEgress egress) throws Exception {
    Path data = folder.resolve(name).resolve("data");
    Files.createDirectories(data);
    Map<String, String> settings = egress.settings();
    settings.putAll(TestPostgres.settings(database));
    settings.putAll(bucket.settings());
    settings.put("server.roles", "api,worker");
    settings.put("calls.look_every_seconds", "1");
    settings.put("calls.reconnecting_seconds", "3");
    RealServer started = RealServer.start(data, settings);
    nodes.add(started);
    return started;
  }

  private static Answer initiate(TestCaller caller, String room) {
    return caller.send(
        "POST", "/v1/calls/initiate", "{\"room_id\": \"" + room + "\", \"type\": \"audio\"}");
  }

  private static void start(TestCaller caller, String call) {
    try {
      caller.send("POST", call + "/recording/start", "{}");
    } catch (UncheckedIOException dead) {
      // That is what the test is about.
    }
  }

  private static void awaitParticipants(TestCaller caller, String call, int expected)
      throws Exception {
    Eventually.holds(
        expected + " take part", () -> CallTown.participants(caller.get(call)).size() == expected);
  }

  private static void awaitRecording(TestCaller caller, String call, String status)
      throws Exception {
    Eventually.holds(status, () -> status.equals(caller.get(call).at("/data/recordings/0/status")));
  }

  private static List<String> files(TestCaller caller, String room) {
    List<String> files = new ArrayList<>();
    for (JsonNode file : caller.get("/v1/rooms/" + room + "/files").json().at("/data")) {
      files.add(file.get("media_id").asString());
    }
    return files;
  }

  private void update(String sql) throws Exception {
    try (Connection connection = TestPostgres.connect(database);
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(sql)).isEqualTo(1);
    }
  }

  private long count(String from) throws Exception {
    try (Connection connection = TestPostgres.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from " + from)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
