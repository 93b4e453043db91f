package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestEgress;
import parley.testing.TestEgress.Manner;
import parley.testing.TestLiveKit;
import parley.testing.TestParticipant;
import parley.testing.TestRooms;
import parley.testing.TestS3;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// Recordings of calls into S3, with an egress that works and with one that does not.
@Tag("slow")
class RecordingTest {
  private static final Path SPEECH = Path.of("examples", "jfk.flac");

  private static TestLiveKit liveKit;
  private static TestEgress egress;
  private static TestS3.Bucket bucket;

  /// The one that relays what it records to another, which recognises speech.
  private static TestServer server = TestServer.shared();

  /// Bob may all in the tenant, carol only call and be in rooms.
  private final TestCaller alice = server.newTenant();

  private final TestCaller bob = alice.colleague();
  private final TestCaller carol = alice.as("carol", Permission.CALLS, Permission.ROOMS);
  private final String room = TestRooms.create(alice, "group");
  private String call = "";

  @BeforeAll
  static void start() {
    liveKit = TestLiveKit.prepare();
    egress = TestEgress.before(liveKit, SPEECH);
    bucket = TestS3.shared().newBucket();
    TestServer recognising = server;
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
  }

  @Test
  void becomesAFileOfTheRoomAndATranscriptInIt() throws Exception {
    ringing("audio");
    Answer started = record("{\"transcript\": true}");
    assertThat(started.status()).as(started.text()).isEqualTo(200);
    awaitStatus("recording");
    assertThat(heardRecording(bob).getLast()).isTrue();
    assertThat(bob.get(call).at("/data/recording")).isEqualTo("true");
    assertThat(bob.get(call).at("/data/recordings/0/id")).isEqualTo(started.at("/data/id"));
    assertThat(bob.get(call + "/recordings").json().at("/data"))
        .as("references to media, of which there are none yet")
        .isEmpty();
    assertThat(record("{}").at("/data/id")).as("the running one").isEqualTo(started.at("/data/id"));
    HttpRequest.Builder chunked =
        alice
            .request(call + "/recording/start")
            .POST(BodyPublishers.ofInputStream(InputStream::nullInputStream));
    assertThat(alice.send(chunked).at("/data/id"))
        .as("without a body, however that is sent")
        .isEqualTo(started.at("/data/id"));

    assertThat(alice.post(call + "/recording/stop").at("/data/status")).isEqualTo("stopping");
    awaitStatus("completed");
    Answer list = bob.get(call + "/recordings");
    assertThat(list.at("/meta/total")).isEqualTo("1");
    assertThat(heardRecording(bob).getLast()).isFalse();
    assertThat(bob.get(call).at("/data/recording")).isEqualTo("false");
    String media = String.valueOf(list.at("/data/0/media_id"));
    JsonNode request = egress.requests().getLast();
    assertThat(request.path("audio_only").asBoolean()).as("needs no browser").isTrue();
    assertThat(request.at("/file_outputs/0/filepath").asString())
        .matches("parley/recordings/call-[0-9a-f-]{36}/[0-9TZ.-]+\\.mp4");

    Answer info = bob.get("/v1/media/" + media + "/info");
    assertThat(info.at("/data/mime_type")).endsWith("/mp4");
    assertThat(Double.parseDouble(String.valueOf(info.at("/data/duration")))).isBetween(10.9, 11.5);
    assertThat(bob.get("/v1/media/download/" + media).status()).isEqualTo(200);
    assertThat(files()).containsExactly(media);
    assertThat(server.newTenant().get("/v1/media/" + media + "/info").status()).isEqualTo(404);
    Eventually.holds(
        "egress's own file goes",
        () -> bucket.objects().stream().noneMatch(name -> name.contains(recordings())));

    Eventually.holds(
        "the transcript is posted", () -> messages("swp.audio_transcript").size() == 1);
    JsonNode transcript = messages("swp.audio_transcript").getFirst();
    assertThat(transcript.path("text").asString()).containsIgnoringCase("fellow americans");
    assertThat(transcript.path("media_id").asString()).isEqualTo(media);
    assertThat(transcript.path("job_id").asString())
        .isEqualTo(alice.get(call + "/recordings").at("/data/0/transcript_job_id"));
    assertThat(messages("swp.media")).hasSize(1);
  }

  @Test
  void recordsThePicturesOfVideoCallsAndEndsWithTheCall() throws Exception {
    ringing("video");
    record("{\"audio\": true, \"video\": true}");
    awaitStatus("recording");
    alice.post(call + "/end");
    String media = String.valueOf(awaitStatus("completed").at("/data/recordings/0/media_id"));
    assertThat(alice.get("/v1/media/" + media + "/info").at("/data/width")).isEqualTo("320");
    assertThat(egress.requests().getLast().path("audio_only").asBoolean()).isFalse();
    assertThat(heardRecording(bob).getLast()).isFalse();
    Answer late = record("{}");
    assertThat(late.at("/error/code")).isEqualTo("SW_CALL_ENDED");
    assertThat(alice.post(call + "/recording/stop").status()).isEqualTo(410);
  }

  @Test
  void isBegunAgainOnlyOnceTheOneBeforeHasStopped() throws Exception {
    ringing("audio");
    record("{}");
    awaitStatus("recording");
    egress.behave(Manner.DEAD);
    assertThat(alice.post(call + "/recording/stop").at("/data/status")).isEqualTo("stopping");
    Answer early = record("{}");
    assertRefused(early, 409, "SW_CALL_RECORDING_STOPPING");
    assertThat(early.header("Retry-After")).isEqualTo("5");
    egress.behave(Manner.WELL);
    awaitStatus("completed");
    assertThat(record("{}").at("/data/status")).isIn("starting", "recording");
  }

  @Test
  void staysTheRoomsWithItsTranscriptWhenWhoStartedItGoes() throws Exception {
    ringing("audio");
    record("{\"transcript\": true}");
    awaitStatus("recording");
    TestRooms.power(alice, room, bob, 50);
    assertThat(alice.post("/v1/rooms/" + room + "/leave").status()).isEqualTo(200);
    Eventually.holds(
        "the transcript is posted", () -> messages("swp.audio_transcript").size() == 1);
    assertThat(files()).hasSize(1);
    assertThat(alice.get(call).at("/error/code")).isEqualTo("SW_CALL_FORBIDDEN");
  }

  @Test
  void isFoundWithoutWebhooks() throws Exception {
    egress.behave(Manner.TELLS_NOTHING);
    ringing("audio");
    record("{}");
    awaitStatus("recording");
    alice.post(call + "/recording/stop");
    awaitStatus("completed");
    assertThat(files()).hasSize(1);
  }

  @Test
  void becomesOneFileHoweverOftenItsEndIsTold() throws Exception {
    egress.behave(Manner.TELLS_TWICE);
    ringing("audio");
    record("{}");
    awaitStatus("recording");
    alice.post(call + "/recording/stop");
    awaitStatus("completed");
    // Another recording after it: by then all that was told of the first has been dealt with.
    record("{}");
    Eventually.holds(
        "recording", () -> "recording".equals(shown().at("/data/recordings/1/status")));
    alice.post(call + "/recording/stop");
    Eventually.holds(
        "completed", () -> "completed".equals(shown().at("/data/recordings/1/status")));
    assertThat(files()).hasSize(2);
    assertThat(messages("swp.media")).hasSize(2);
  }

  @Test
  void isTakenFromItsPlaceWhenEgressIsStuckAtItsEnd() throws Exception {
    egress.behave(Manner.STUCK_AT_ENDING);
    ringing("audio");
    record("{}");
    awaitStatus("recording");
    alice.post(call + "/recording/stop");
    awaitStatus("completed");
    assertThat(files()).hasSize(1);
  }

  @Test
  void failsWhenEgressNeverBegins() throws Exception {
    egress.behave(Manner.NEVER_BEGINS);
    ringing("audio");
    assertThat(record("{}").at("/data/status")).isEqualTo("starting");
    String taken =
        "call_recordings where status = 'running' and call_id = '"
            + call.substring("/v1/calls/call-".length())
            + "'";
    Eventually.holds("egress has taken it", () -> server.count("from " + taken) == 1);
    assertThat(shown().at("/data/recordings/0/status")).isEqualTo("starting");
    server.execute(
        "update " + taken.replace("where", "set since = now() - interval '1 minute' where"));
    assertThat(awaitStatus("failed").at("/data/recordings/0/reason")).contains("never began");
    assertThat(heardRecording(bob).getLast()).isFalse();
    assertThat(files()).isEmpty();
  }

  @Test
  void isRefusedWhenThereIsNoEgress() throws Exception {
    egress.behave(Manner.NONE_THERE);
    ringing("audio");
    assertRefused(record("{}"), 503, "SW_CALL_RECORDING_UNAVAILABLE");
    assertThat(shown().at("/data/recordings/0/status")).isEqualTo("failed");
    assertThat(shown().at("/data/recordings/0/reason")).contains("no response from servers");
    assertThat(heardRecording(bob).getLast()).isFalse();
    egress.behave(Manner.WELL);
    String room = "scaiwave-" + call.substring("/v1/calls/".length());
    egress.takeWhatWasRefused();
    Eventually.holds("nobody records in secret", () -> !egress.records(room));
    assertThat(shown().at("/data/recordings/0/status")).isEqualTo("failed");
    assertThat(record("{}").status()).as("it can be tried again").isEqualTo(200);
  }

  @Test
  void failsWithEgress() throws Exception {
    egress.behave(Manner.FAILS);
    ringing("audio");
    record("{\"transcript\": true}");
    assertThat(awaitStatus("failed").at("/data/recordings/0/reason")).contains("pipeline failed");
    assertThat(heardRecording(bob).getLast()).isFalse();
  }

  @Test
  void failsWhileTheCallGoesOnWhenWhatRecordsItDiesWithoutAWord() throws Exception {
    try (TestParticipant recorder = TestParticipant.start()) {
      ringing("audio");
      record("{}");
      awaitStatus("recording");
      String address = liveKit.address().toString().replaceFirst("^http", "ws");
      assertThat(recorder.connect(address, egress.tokenForCall())).isEmpty();
      egress.behave(Manner.NOT_CONNECTED);
      String seen =
          "from call_recordings where seen_at > timestamptz '%s' + interval '1.5 s' and call_id = '%s'"
              .formatted(Instant.now(), call.substring("/v1/calls/call-".length()));
      Eventually.holds("it is seen", () -> server.count(seen) == 1);
      assertThat(alice.get(call).json().at("/data/participants")).as("it is no caller").isEmpty();

      egress.behave(Manner.DEAD);
      recorder.disconnect();

      assertThat(awaitStatus("failed").at("/data/recordings/0/reason")).contains("without a word");
      assertThat(alice.get(call).at("/data/status")).isEqualTo("ringing");
      assertThat(alice.get(call).at("/data/recording")).isEqualTo("false");
      JsonNode told = CallTown.heard(bob, "swp.call.state").getLast().get("content");
      assertThat(told.get("recording").asBoolean()).isFalse();
      assertThat(told.at("/last_recording/status").asString()).isEqualTo("failed");
      assertThat(told.at("/last_recording/reason").asString()).contains("without a word");
    }
  }

  @Test
  void failsWhileTheCallGoesOnWhenWhatRecordsItDiesBeforeAnybodySawIt() throws Exception {
    egress.behave(Manner.DEAD);
    ringing("audio");
    record("{}");
    assertThat(awaitStatus("failed").at("/data/recordings/0/reason")).contains("without a word");
    assertThat(alice.get(call).at("/data/status")).isEqualTo("ringing");
    assertThat(heardRecording(bob).getLast()).isFalse();
  }

  @Test
  void goesOnWhereWhatRecordsGoesByAnotherName() throws Exception {
    egress.behave(Manner.NOT_CONNECTED);
    try (TestParticipant recorder = TestParticipant.start()) {
      ringing("audio");
      String address = liveKit.address().toString().replaceFirst("^http", "ws");
      String room = "scaiwave-" + call.substring("/v1/calls/".length());
      assertThat(recorder.connect(address, TestEgress.recordersToken(room, "another"))).isEmpty();
      record("{}");
      awaitStatus("recording");
      String looked =
          "from call_recordings where looked_at > since + interval '4 seconds' and call_id = '"
              + call.substring("/v1/calls/call-".length())
              + "'";
      Eventually.holds("it was looked at often enough", () -> server.count(looked) == 1);
      assertThat(alice.get(call).at("/data/recordings/0/status")).isEqualTo("recording");
    }
  }

  @Test
  void failsWhenEgressIsGoneWithHalfAFile() throws Exception {
    egress.behave(Manner.VANISHES);
    ringing("audio");
    record("{}");
    assertThat(awaitStatus("failed").at("/data/recordings/0/reason"))
        .contains("LiveKit has forgotten it", "cannot be played");
    assertThat(files()).isEmpty();
  }

  @Test
  void isForThoseWhoMayRecordInTheRoom() {
    ringing("audio");
    TestCaller outsider = alice.as("erin", Permission.CALLS, Permission.CALLS_RECORD);
    TestCaller other = server.newTenant();
    TestCaller without = alice.only(Permission.ROOMS);
    for (String what : List.of("/recording/start", "/recording/stop", "/recordings")) {
      assertRefused(ask(outsider, what), 403, "SW_CALL_FORBIDDEN");
      assertRefused(ask(other, what), 404, "SW_CALL_NOT_FOUND");
      assertRefused(ask(without, what), 403, "SW_AUTH_INSUFFICIENT_PERMISSION");
      assertRefused(ask(server.stranger(), what), 401, "SW_AUTH_INVALID_TOKEN");
      if (!what.equals("/recordings")) {
        assertRefused(ask(carol, what), 403, "SW_CALL_FORBIDDEN");
      }
    }
    assertThat(ask(carol, "/recordings").status()).isEqualTo(200);
    assertThat(ask(carol, "/recordings").at("/meta/total")).isEqualTo("0");
    assertRefused(record("{\"audio\": false, \"video\": false}"), 422, "SW_VALIDATION_ERROR");
    assertRefused(record("{\"audio\": false, \"video\": true}"), 422, "SW_VALIDATION_ERROR");

    TestCaller recorder = alice.as("carol", Permission.CALLS, Permission.CALLS_RECORD);
    assertThat(ask(recorder, "/recording/start").status()).isEqualTo(200);
    TestRooms.power(alice, room, carol, 50);
    assertThat(ask(carol, "/recording/stop").status()).isEqualTo(200);
  }

  @Test
  void isNotForTenantsThatDoNotRecord() {
    ringing("audio");
    alice
        .only(Permission.OPERATOR)
        .send(
            "PATCH", "/v1/admin/tenants/" + alice.tenant().id(), "{\"recordings_enabled\": false}");
    assertRefused(record("{}"), 403, "SW_CALL_RECORDING_DISABLED");
    assertThat(shown().json().at("/data/recordings")).isEmpty();
  }

  /// A call of alice's to bob and carol.
  private void ringing(String type) {
    TestRooms.bring(alice, room, bob);
    TestRooms.bring(alice, room, carol);
    Answer initiated =
        alice.send(
            "POST",
            "/v1/calls/initiate",
            "{\"room_id\": \"" + room + "\", \"type\": \"" + type + "\"}");
    call = "/v1/calls/" + initiated.at("/data/call_id");
  }

  private String recordings() {
    return "recordings/" + call.substring("/v1/calls/".length());
  }

  private Answer record(String wish) {
    return alice.send("POST", call + "/recording/start", wish);
  }

  private Answer ask(TestCaller caller, String what) {
    return what.endsWith("s") ? caller.get(call + what) : caller.post(call + what);
  }

  /// The call with all of its recordings, however they stand.
  private Answer shown() {
    return alice.get(call);
  }

  private Answer awaitStatus(String status) throws Exception {
    try {
      Eventually.holds(status, () -> status.equals(shown().at("/data/recordings/0/status")));
    } catch (AssertionError e) {
      throw new AssertionError(shown().text(), e);
    }
    return shown();
  }

  /// Whether the call was recorded, as the events told it one after the other.
  private static List<Boolean> heardRecording(TestCaller user) {
    return CallTown.heard(user, "swp.call.state").stream()
        .map(event -> event.at("/content/recording").asBoolean())
        .toList();
  }

  private List<String> files() {
    List<String> files = new ArrayList<>();
    bob.get("/v1/rooms/" + room + "/files")
        .json()
        .at("/data")
        .forEach(file -> files.add(file.path("media_id").asString()));
    return files;
  }

  private List<JsonNode> messages(String type) {
    return CallTown.heard(bob, "swp.room.message").stream()
        .map(event -> event.path("content"))
        .filter(content -> content.path("msgtype").asString("").equals(type))
        .toList();
  }

  private static void assertRefused(Answer answer, int status, String code) {
    assertThat(answer.at("/error/code")).as(answer.text()).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(status);
  }
}
