package parley.speech.live;

import static org.assertj.core.api.Assertions.assertThat;
import static parley.speech.live.StreamedConversation.ALICE;
import static parley.speech.live.StreamedConversation.BARE;
import static parley.speech.live.StreamedConversation.DIARIZED;
import static parley.speech.live.StreamedConversation.bytes;
import static parley.speech.live.StreamedConversation.speaker;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.speakers.Voices;
import parley.speech.diarisation.Conversation;
import parley.speech.diarisation.Diarizer;
import parley.speech.diarisation.SpeakerCount;
import parley.speech.diarisation.SpeakerTurn;
import parley.testing.SharedModels;
import parley.testing.TestCaller;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// Who says what in live captions, in real voices over real connections.
@Tag("slow")
@Timeout(240)
class LiveSpeakersTest {
  private static final TestServer SERVER = TestServer.shared();
  private static Conversation conversation = new Conversation();

  /// Has its captions written by the other one.
  private static TestServer relaying = SERVER;

  /// A tenant with an enrolled speaker.
  private static TestCaller alice = SERVER.stranger();

  private static String id = "";

  @BeforeAll
  static void start() throws Exception {
    conversation = StreamedConversation.ofThree();
    relaying =
        TestServer.start(
            Map.of(
                "relay.base_url", SERVER.uri("/v1").toString(),
                "relay.key", SERVER.newTenant().token()));
    alice = SERVER.newTenant();
    id = String.valueOf(Voices.enrol(alice).at("/data/id"));
  }

  @AfterAll
  static void stop() {
    relaying.close();
  }

  private static CaptionClient captioned(TestServer server, TestCaller caller, String fields)
      throws Exception {
    CaptionClient client = CaptionClient.open(server, caller, fields);
    client.send(bytes(conversation.samples()), new Random(1));
    client.control("close");
    assertThat(client.end().get("type").asString()).isEqualTo("closed");
    return client;
  }

  @Test
  void tellsWhoSpeaksInEachFinalCaptionAsForAFile() throws Exception {
    try (CaptionClient client = captioned(SERVER, SERVER.newTenant(), DIARIZED)) {
      List<SpeakerTurn> live = StreamedConversation.turns(client);

      assertThat(live.stream().map(SpeakerTurn::label).distinct())
          .containsExactly("S1", "S2", "S3");
      assertThat(live.getLast().label()).as("a voice that comes back").isEqualTo("S1");
      assertEachIsOfOneSpeaker(live);
      assertThat(Conversation.agreement(live, file())).isGreaterThan(0.9);
      assertThat(client.received())
          .filteredOn(CaptionClient::isPartial)
          .noneMatch(caption -> caption.has("speaker"));
      assertThat(client.received()).noneMatch(message -> CaptionClient.is(message, "speaker"));
      assertThat(client.received())
          .as("another tenant's speaker")
          .noneMatch(message -> message.toString().contains("Alice"));
    }
  }

  @Test
  void tellsNothingOfSpeakersUnlessAsked() throws Exception {
    try (CaptionClient client = CaptionClient.open(SERVER, alice, BARE + ",\"diarize\":false")) {
      client.send(Arrays.copyOf(bytes(conversation.samples()), 5 * 32_000), new Random(4));
      client.control("close");
      client.end();
      assertThat(client.finals()).isNotEmpty();
      assertThat(client.received()).noneMatch(message -> message.has("speaker"));
    }
  }

  @Test
  void namesAnEnrolledSpeakerOnceAndInEachCaptionFromThenOn() throws Exception {
    try (CaptionClient client = captioned(SERVER, alice, DIARIZED)) {
      List<JsonNode> found =
          client.received().stream().filter(sent -> CaptionClient.is(sent, "speaker")).toList();
      assertThat(found).hasSize(1);
      assertThat(found.getFirst().get("label").asString()).isEqualTo("S1");
      JsonNode speaker = found.getFirst().get("speaker");
      assertThat(speaker.get("id").asString()).isEqualTo(id);
      assertThat(speaker.get("display_name").asString()).isEqualTo("Alice");
      assertThat(speaker.get("score").asDouble()).isBetween(0.38, 1.0);
      assertThat(speaker.has("label")).isFalse();

      int when = client.received().indexOf(found.getFirst());
      assertThat(client.received().subList(0, when).stream().filter(CaptionClient::isFinal))
          .noneMatch(caption -> speaker(caption).equals("Alice"));
      List<JsonNode> later =
          client.received().subList(when, client.received().size()).stream()
              .filter(CaptionClient::isFinal)
              .toList();
      assertThat(later).noneMatch(caption -> speaker(caption).equals("S1"));
      assertThat(later.getFirst().get("speaker")).isEqualTo(speaker);
      assertThat(later.stream().map(caption -> speaker(caption)).distinct())
          .containsExactly("Alice", "S2", "S3");
      String stream = client.received().getFirst().get("stream_id").asString();
      String audit = alice.get("/v1/admin/audit").text();
      assertThat(audit).containsOnlyOnce("speaker.use").contains(stream, id, "\"score\":\"0.");
    }
  }

  @Test
  void tellsWhoSpeaksInWhatTheRelayWrites() throws Exception {
    TestCaller bob = relaying.newTenant();
    Voices.enrol(bob);
    try (CaptionClient client = captioned(relaying, bob, DIARIZED)) {
      assertThat(client.received().getFirst().get("backend_used").asString()).isEqualTo("B");
      List<SpeakerTurn> live = StreamedConversation.turns(client);
      assertThat(live.stream().map(SpeakerTurn::label)).contains("Alice", "S2", "S3");
      assertEachIsOfOneSpeaker(live);
    }
  }

  @Test
  void knowsAVoiceThatComesBackAfterMinutes() throws Exception {
    Conversation long_ =
        new Conversation()
            .say(ALICE, 0, 5, 0.5)
            .say(Conversation.KINE, 0.3, 5, 0.5)
            .say(ALICE, 7, 5, 150);
    try (CaptionClient client = CaptionClient.open(SERVER, SERVER.newTenant(), DIARIZED)) {
      client.send(bytes(long_.samples()), new Random(2));
      client.control("close");
      client.end();
      assertThat(StreamedConversation.turns(client).stream().map(SpeakerTurn::label).distinct())
          .containsExactly("S1", "S2");
      assertThat(StreamedConversation.turns(client).getLast().label()).isEqualTo("S1");
      assertThat(StreamedConversation.turns(client).getLast().start()).isGreaterThan(150);
    }
  }

  @Test
  void tellsNoMoreSpeakersApartThanThereAre() throws Exception {
    byte[] twoPeople = Arrays.copyOfRange(bytes(conversation.samples()), 4 * 32_000, 11 * 32_000);
    for (String limit : List.of("\"num_speakers\":1", "\"max_speakers\":\"1\"")) {
      try (CaptionClient client =
          CaptionClient.open(SERVER, SERVER.newTenant(), DIARIZED + "," + limit)) {
        client.send(twoPeople, new Random(5));
        client.control("close");
        client.end();
        assertThat(client.finals().stream().map(caption -> speaker(caption)).distinct())
            .containsExactly("S1");
      }
    }
  }

  @Test
  void tellsWhoSaidWhatIsFlushed() throws Exception {
    try (CaptionClient client = CaptionClient.open(SERVER, SERVER.newTenant(), DIARIZED)) {
      byte[] sound = bytes(conversation.samples());
      client.send(Arrays.copyOf(sound, 5 * 32_000), new Random(3));
      client.control("flush");
      JsonNode caption = client.until(CaptionClient::isFinal);
      assertThat(speaker(caption)).isEqualTo("S1");
      assertThat(caption.get("text").asString().toLowerCase(Locale.ROOT)).isNotBlank();
      client.socket().abort();
    }
  }

  /// No caption reaches far into what another person says.
  private static void assertEachIsOfOneSpeaker(List<SpeakerTurn> captions) {
    for (SpeakerTurn caption : captions) {
      double covered =
          conversation.turns().stream()
              .mapToDouble(turn ->
                  Math.min(turn.end(), caption.end()) - Math.max(turn.start(), caption.start()))
              .max()
              .orElseThrow();
      assertThat(covered).as(caption + "").isGreaterThan(caption.seconds() - 0.8);
    }
  }

  /// Who speaks when, of the whole conversation at once.
  private static List<SpeakerTurn> file() throws IOException {
    Diarizer diarizer = SharedModels.voices().diarizer(SpeakerCount.ANY);
    diarizer.take(conversation.samples(), conversation.samples().length);
    return diarizer.finish().turns();
  }
}
