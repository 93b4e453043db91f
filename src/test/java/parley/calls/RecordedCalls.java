package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import parley.auth.Permission;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestEgress;
import parley.testing.TestEgress.Manner;
import parley.testing.TestLiveKit;
import parley.testing.TestRooms;
import parley.testing.TestS3;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// Calls that are recorded into S3, and the people in them.
abstract class RecordedCalls {
  static final Path SPEECH = Path.of("examples", "jfk.flac");

  static TestLiveKit liveKit;
  static TestEgress egress;
  static TestS3.Bucket bucket;

  /// The one that relays what it records to another, which recognises speech.
  static TestServer server = TestServer.shared();

  /// Bob may all in the tenant, carol only call and be in rooms.
  final TestCaller alice = server.newTenant();

  final TestCaller bob = alice.colleague();
  final TestCaller carol = alice.as("carol", Permission.CALLS, Permission.ROOMS);
  final String room = TestRooms.create(alice, "group");
  String call = "";

  @BeforeAll
  static void start() {
    liveKit = TestLiveKit.prepare();
    egress = TestEgress.before(liveKit, SPEECH);
    bucket = TestS3.shared().newBucket();
    TestServer recognising = TestServer.shared();
    Map<String, String> settings = egress.settings();
    settings.put("calls.look_every_seconds", "1");
    settings.put("calls.reconnecting_seconds", "2");
    // Nobody answers, and no test is to depend on how long it takes.
    settings.put("calls.ring_timeout_seconds", "600");
    settings.put("relay.base_url", recognising.uri("/v1").toString());
    settings.put("relay.key", recognising.newTenant().token());
    server = TestServer.onS3(settings, bucket);
    liveKit.start(server.uri("/v1/calls/webhook"));
    egress.tell(server.uri("/v1/calls/webhook"));
  }

  @AfterAll
  static void stop() {
    server.close();
    egress.close();
    liveKit.close();
  }

  @AfterEach
  void behaveAgain() {
    egress.behave(Manner.WELL);
    egress.answer();
    egress.silent(false);
  }

  /// A call of alice's to bob and carol.
  void ringing(String type) {
    TestRooms.bring(alice, room, bob);
    TestRooms.bring(alice, room, carol);
    Answer initiated =
        alice.send(
            "POST",
            "/v1/calls/initiate",
            "{\"room_id\": \"" + room + "\", \"type\": \"" + type + "\"}");
    call = "/v1/calls/" + initiated.at("/data/call_id");
  }

  String recordings() {
    return "recordings/" + call.substring("/v1/calls/".length());
  }

  Answer record(String wish) {
    return alice.send("POST", call + "/recording/start", wish);
  }

  Answer ask(TestCaller caller, String what) {
    return what.endsWith("s") ? caller.get(call + what) : caller.post(call + what);
  }

  /// The call with all of its recordings, however they stand.
  Answer shown() {
    return alice.get(call);
  }

  Answer awaitStatus(String status) throws Exception {
    try {
      Eventually.holds(status, () -> status.equals(shown().at("/data/recordings/0/status")));
    } catch (AssertionError e) {
      throw new AssertionError(shown().text(), e);
    }
    return shown();
  }

  /// Whether the call was recorded, as the events told it one after the other.
  static List<Boolean> heardRecording(TestCaller user) {
    return CallTown.heard(user, "swp.call.state").stream()
        .map(event -> event.at("/content/recording").asBoolean())
        .toList();
  }

  List<String> files() {
    List<String> files = new ArrayList<>();
    bob.get("/v1/rooms/" + room + "/files")
        .json()
        .at("/data")
        .forEach(file -> files.add(file.path("media_id").asString()));
    return files;
  }

  List<JsonNode> messages(String type) {
    return CallTown.heard(bob, "swp.room.message").stream()
        .map(event -> event.path("content"))
        .filter(content -> content.path("msgtype").asString("").equals(type))
        .toList();
  }

  static void assertRefused(Answer answer, int status, String code) {
    assertThat(answer.at("/error/code")).as(answer.text()).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(status);
  }
}
