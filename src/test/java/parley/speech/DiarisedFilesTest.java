package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import parley.auth.Permission;
import parley.speakers.EnrolledVoices;
import parley.speech.diarisation.Conversation;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestJobs;
import parley.testing.TestRooms;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// Who said what in a recording: three people, of whom the first is enrolled and comes back.
@Tag("server")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DiarisedFilesTest {
  private static final String ECHO = "/v1/modules/scaiecho/transcribe";

  private final TestServer server = TestServer.shared();
  private final TestCaller alice = server.newTenant();
  private Path recording;
  private Path exchange;
  private String iron;
  private Answer transcribed;

  @BeforeAll
  void transcribe(@TempDir Path folder) throws IOException {
    iron = EnrolledVoices.enrol(alice, "Iron & <Steel>");
    recording =
        Recordings.wav(folder.resolve("conversation.wav"), Conversation.ofThree().samples());
    exchange =
        Recordings.wav(
            folder.resolve("exchange.wav"),
            new Conversation()
                .say(Conversation.IRON, 0.4, 5, 0.3)
                .say(Conversation.LOBSTER, 0.3, 5, 0.4)
                .samples());
    transcribed = alice.post(ECHO + "?words=true", form());
    assertThat(transcribed.status()).as(transcribed.text()).isEqualTo(200);
  }

  /// Three people, 36 seconds.
  private TestForm form() {
    return form(recording);
  }

  /// The first and the last of them, 11 seconds.
  private TestForm shorter() {
    return form(exchange);
  }

  private static TestForm form(Path file) {
    return new TestForm().file(file).field("language_hint", "en").field("diarize", "true");
  }

  private String job() {
    return "/v1/jobs/" + transcribed.at("/data/job_id");
  }

  private static List<String> whoSpeaks(JsonNode list) {
    return list.valueStream()
        .map(entry -> entry.at("/speaker"))
        .map(speaker -> speaker.has("id") ? speaker.path("id") : speaker.path("label"))
        .map(JsonNode::asString)
        .toList();
  }

  private static List<String> changes(List<String> speakers) {
    return Stream.iterate(0, i -> i < speakers.size(), i -> i + 1)
        .filter(i -> i == 0 || !speakers.get(i).equals(speakers.get(i - 1)))
        .map(speakers::get)
        .toList();
  }

  @Test
  void namesWhoIsEnrolledAndLabelsEverybodyElse() {
    JsonNode data = transcribed.json().get("data");
    assertThat(changes(whoSpeaks(data.get("segments"))))
        .containsExactly(iron, "S2", "S3", iron, "S3");
    JsonNode known = data.at("/segments/0/speaker");
    assertThat(known.propertyNames()).containsExactlyInAnyOrder("id", "display_name", "score");
    assertThat(known.get("display_name").asString()).isEqualTo("Iron & <Steel>");
    assertThat(known.get("score").asDouble()).isBetween(0.38, 1.0);
    assertThat(changes(whoSpeaks(data.get("turns")))).containsExactly(iron, "S2", "S3", iron, "S3");
    JsonNode speakers = data.get("speakers");
    assertThat(speakers.valueStream().map(speaker -> speaker.get("label").asString()))
        .containsExactly("S1", "S2", "S3");
    assertThat(speakers.at("/0/id").asString()).isEqualTo(iron);
    assertThat(speakers.at("/0/talk_seconds").asDouble()).isCloseTo(13, within(1.0));
    assertThat(speakers.get(1).has("id")).isFalse();
  }

  @Test
  void saysOfEachWordWhoSaidIt() {
    JsonNode first = transcribed.json().at("/data/segments/0");
    assertThat(first.get("words").valueStream().map(word -> word.at("/speaker/id").asString()))
        .isNotEmpty()
        .containsOnly(iron);
  }

  @Test
  void saysWhomAnUnknownVoiceResemblesOnlyToThoseWhoMayEnrol() {
    JsonNode closest = alice.get(job()).json().at("/data/speakers/1/closest");
    assertThat(closest.get("id").asString()).isEqualTo(iron);
    assertThat(closest.get("score").asDouble()).isLessThan(closest.get("threshold").asDouble());

    TestCaller reader = alice.only(Permission.TRANSCRIBE);
    assertThat(reader.get(job()).json().at("/data/speakers/1").has("closest")).isFalse();
  }

  @Test
  void writesSpeakersInEachFormOfTheTranscript() throws Exception {
    String vtt = alice.get(job(), "Accept", "text/vtt").text();
    assertThat(vtt).contains("\n<v Iron &amp; &lt;Steel&gt;>", "\n<v S2>", "\n<v S3>");
    assertThat(Subtitles.read("webvtt", vtt)).isNotEmpty();
    String srt = alice.get(job(), "Accept", "application/x-subrip").text();
    assertThat(srt).contains("\nIron & <\u2060Steel>: ", "\nS2: ");
    assertThat(Subtitles.read("srt", srt)).isNotEmpty();
    assertThat(alice.get(job(), "Accept", "text/plain").text().lines())
        .hasSize(5)
        .allSatisfy(line -> assertThat(line).matches("(Iron & <Steel>|S[23]): .+"));
    Answer rttm = alice.get(job(), "Accept", "text/rttm");
    assertThat(rttm.header("Content-Type")).startsWith("text/rttm");
    assertThat(rttm.text().lines())
        .hasSizeBetween(5, 8)
        .first()
        .asString()
        .matches("SPEAKER job-\\S+ 1 [\\d.]+ [\\d.]+ <NA> <NA> Iron____Steel_ <NA> <NA>");
  }

  @Test
  void namesNobodyOfAnotherTenant() {
    TestCaller mallory = server.newTenant();

    Answer foreign = mallory.post(ECHO, form().field("speakers", iron));
    assertThat(foreign.status()).isEqualTo(404);
    assertThat(foreign.at("/error/code")).isEqualTo("SPEAKER_NOT_FOUND");
    assertThat(mallory.get(job()).status()).isEqualTo(404);

    JsonNode own = mallory.post(ECHO, shorter()).json().get("data");
    assertThat(own.toString()).doesNotContain(iron, "Steel");
    assertThat(own.get("speakers")).hasSize(2);
  }

  @Test
  void isForThoseWithThePermissionAlone() {
    Answer echo = alice.only(Permission.TRANSCRIBE).post(ECHO, form());
    assertThat(echo.status()).isEqualTo(403);
    assertThat(echo.at("/error/code")).isEqualTo("AUTHZ_PERMISSION_DENIED");
    Answer wave = alice.only(Permission.TRANSCRIBE).post("/v1/transcribe", form());
    assertThat(wave.status()).isEqualTo(403);
    assertThat(wave.at("/error/code")).isEqualTo("SW_AUTH_INSUFFICIENT_PERMISSION");
    assertThat(server.stranger().post(ECHO, form()).status()).isEqualTo(401);
    assertThat(server.stranger().post("/v1/transcribe", form()).status()).isEqualTo(401);
  }

  @Test
  void refusesWhatCannotBeAndSaysWhere() {
    Answer answer = alice.post(ECHO, form().field("num_speakers", "none"));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.at("/error/details/0/field")).isEqualTo("num_speakers");
    assertThat(alice.post("/v1/transcribe", form().field("speakers", "bob")).at("/error/code"))
        .isEqualTo("SW_SPEAKER_NOT_FOUND");
  }

  @Test
  void putsOnRecordWhoWasNamedWhere() {
    assertThat(alice.get("/v1/admin/audit").text())
        .contains("speaker.use", String.valueOf(transcribed.at("/data/job_id")), iron);
  }

  @Test
  void forgetsTheNameOfWhoIsErasedInEarlierResultsToo() throws Exception {
    TestCaller bob = server.newTenant();
    String erased = EnrolledVoices.enrol(bob, "Bob");
    String room = TestRooms.create(bob, "group");
    TestForm form = shorter().field("speakers", erased).field("room_id", room);
    String job = TestJobs.ended(bob, TestJobs.queue(bob, form));
    assertThat(bob.get("/v1/rooms/" + room + "/messages").text()).contains("\"text\":\"Bob: ");
    assertThat(bob.get("/v1/jobs/" + job).text()).contains(erased, "Bob");
    bob.send("PATCH", EnrolledVoices.SPEAKERS + "/" + erased, "{\"display_name\": \"Robert\"}");
    assertThat(bob.get("/v1/jobs/" + job, "Accept", "text/vtt").text()).contains("<v Robert>");

    bob.delete(EnrolledVoices.SPEAKERS + "/" + erased);

    for (String type :
        List.of(
            "application/json", "text/vtt", "text/plain", "application/x-subrip", "text/rttm")) {
      assertThat(bob.get("/v1/jobs/" + job, "Accept", type).text())
          .as(type)
          .contains("S1")
          .doesNotContain(erased, "Robert", "score");
    }
    assertThat(bob.get(ECHO + "/jobs/" + job).text()).doesNotContain(erased, "Robert", "score");
  }

  @Test
  void distinguishesTheSpeakersOfWhatARelayTranscribes() {
    Map<String, String> relay =
        Map.of(
            "relay.base_url", server.uri("/v1").toString(),
            "relay.key", server.newTenant().token());
    try (TestServer relaying = TestServer.start(relay)) {
      Answer answer = relaying.newTenant().post(ECHO, shorter());

      assertThat(answer.at("/data/backend_used")).isEqualTo("B");
      assertThat(changes(whoSpeaks(answer.json().at("/data/segments"))))
          .containsExactly("S1", "S2");
    }
  }

  @Test
  void saysNothingOfTheUnknownWherePolicyForbidsIt() throws Exception {
    TestCaller carol = server.newTenant();
    String named = EnrolledVoices.enrol(carol, "Carol");
    carol.send("PATCH", EnrolledVoices.POLICY, "{\"anonymous\": false}");

    Answer answer = carol.post(ECHO, shorter());

    JsonNode data = answer.json().get("data");
    assertThat(data.get("speakers")).hasSize(1);
    assertThat(whoSpeaks(data.get("turns"))).isNotEmpty().containsOnly(named);
    assertThat(data.get("segments").valueStream().filter(segment -> !segment.has("speaker")))
        .isNotEmpty();
    carol.send("PATCH", EnrolledVoices.POLICY, "{\"naming\": \"off\"}");
    Answer forbidden = carol.post(ECHO, form());
    assertThat(forbidden.status()).isEqualTo(403);
    assertThat(forbidden.at("/error/code")).isEqualTo("SPEAKER_POLICY_FORBIDS");
  }
}
