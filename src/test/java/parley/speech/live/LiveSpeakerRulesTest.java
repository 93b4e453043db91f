package parley.speech.live;

import static org.assertj.core.api.Assertions.assertThat;
import static parley.speech.live.StreamedConversation.DIARIZED;
import static parley.speech.live.StreamedConversation.bytes;
import static parley.speech.live.StreamedConversation.speaker;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.ObjectName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.auth.Permission;
import parley.speakers.Voices;
import parley.speech.relay.FaultyPeer;
import parley.speech.relay.FaultyPeer.Way;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// Who may have speakers told apart in live captions, who is named, and for how long.
@Tag("slow")
@Timeout(240)
class LiveSpeakerRulesTest {
  private static final TestServer SERVER = TestServer.shared();

  /// Alice, then two others, then Alice.
  private static byte[] sound = new byte[0];

  @BeforeAll
  static void convert() throws Exception {
    sound = bytes(StreamedConversation.ofThree().samples());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"diarize\":\"maybe\" | VALIDATION_ERROR",
        "\"diarize\":true,\"num_speakers\":0 | VALIDATION_ERROR",
        "\"diarize\":true,\"max_speakers\":[2] | VALIDATION_ERROR",
        "\"diarize\":true,\"min_speakers\":3,\"max_speakers\":2 | VALIDATION_ERROR",
        "\"diarize\":true,\"channels\":\"separate\" | VALIDATION_ERROR",
        "\"diarize\":true,\"speakers\":\"bob\" | SPEAKER_NOT_FOUND",
        "\"diarize\":true,\"speakers\":\"room:lobby\" | ROOM_NOT_FOUND"
      })
  void refusesAtOnceWhatCannotBe(String fields, String code) throws Exception {
    assertRefused(SERVER.newTenant(), fields, code);
  }

  @Test
  void ignoresWhatIsSaidOfSpeakersThatAreNotAskedFor() throws Exception {
    try (CaptionClient client =
        CaptionClient.open(
            SERVER,
            SERVER.newTenant().only(Permission.TRANSCRIBE),
            StreamedConversation.BARE + ",\"num_speakers\":0,\"speakers\":{},\"diarize\":null")) {
      client.control("close");
      assertThat(client.end().get("type").asString()).isEqualTo("closed");
    }
  }

  @Test
  void needsThePermissionAndTheTenantsPolicy() throws Exception {
    TestCaller alice = SERVER.newTenant();
    assertRefused(alice.only(Permission.TRANSCRIBE), "\"diarize\":true", "AUTHZ_PERMISSION_DENIED");

    alice.send("PATCH", Voices.POLICY, "{\"naming\": \"request\", \"anonymous\": false}");
    assertRefused(alice, "\"diarize\":true", "SPEAKER_POLICY_FORBIDS");
  }

  @Test
  void namesNobodyOfAnotherTenant() throws Exception {
    String id = String.valueOf(Voices.enrol(SERVER.newTenant()).at("/data/id"));

    assertRefused(
        SERVER.newTenant(), "\"diarize\":true,\"speakers\":\"" + id + "\"", "SPEAKER_NOT_FOUND");
  }

  @Test
  void isUnavailableOnANodeWithoutModels() throws Exception {
    try (TestServer beside = TestServer.beside(SERVER)) {
      TestCaller alice = beside.here(SERVER.newTenant());
      try (CaptionClient client = CaptionClient.connect(beside, alice)) {
        client.socket().send("{\"type\":\"open\"," + DIARIZED + "}");
        client.assertRefused("BACKEND_UNAVAILABLE", 1013);
      }
    }
  }

  @Test
  void tellsOnlyOfThoseWhoMayBeNamed() throws Exception {
    TestCaller alice = SERVER.newTenant();
    String id = String.valueOf(Voices.enrol(alice).at("/data/id"));

    alice.send("PATCH", Voices.POLICY, "{\"anonymous\": false}");
    List<String> named = speakers(alice, DIARIZED);
    assertThat(named).contains("Alice", "").doesNotContain("S1", "S2", "S3");

    alice.send("PATCH", Voices.POLICY, "{\"anonymous\": true, \"naming\": \"request\"}");
    assertThat(speakers(alice, DIARIZED)).doesNotContain("Alice").contains("S1");
    assertThat(speakers(alice, DIARIZED + ",\"speakers\":\"" + id + "\"")).contains("Alice");
  }

  @Test
  void namesNobodyAnyMoreOnceErasedOnAnyNode() throws Exception {
    TestCaller alice = SERVER.newTenant();
    Answer enrolled = Voices.enrol(alice);
    try (TestServer beside = TestServer.beside(SERVER);
        CaptionClient client = namedFirst(alice)) {
      assertThat(beside.here(alice).delete(Voices.path(enrolled)).status()).isEqualTo(200);

      assertThat(rest(client)).containsOnly("S1");
    }
  }

  @Test
  void followsThePolicyWhileAStreamRuns() throws Exception {
    TestCaller alice = SERVER.newTenant();
    Voices.enrol(alice);
    try (CaptionClient client = namedFirst(alice)) {
      alice.send("PATCH", Voices.POLICY, "{\"naming\": \"off\", \"anonymous\": false}");

      assertThat(rest(client)).containsOnly("");
    }
  }

  @Test
  void namesNobodyAnyMoreWhoseProfileHasExpired() throws Exception {
    TestCaller alice = SERVER.newTenant();
    String id = String.valueOf(Voices.enrol(alice).at("/data/id"));
    try (CaptionClient client = namedFirst(alice)) {
      SERVER.execute(
          "update speakers set expires_at = now() - interval '1 second' where id = '"
              + id.substring("spk-".length())
              + "'");

      assertThat(rest(client)).containsOnly("S1");
    }
  }

  @Test
  void keepsNoVoiceInMemoryHoweverAStreamEnds() throws Exception {
    TestCaller alice = SERVER.newTenant();
    Voices.enrol(alice);
    try (FaultyPeer peer = new FaultyPeer(Way.FAILS);
        TestServer failing =
            TestServer.start(
                Map.of("relay.attempts", "1", "relay.base_url", peer.baseUrl().toString()))) {
      CaptionClient aborted = CaptionClient.open(SERVER, alice, DIARIZED);
      assertThat(profilesInMemory()).isEqualTo(1);
      aborted.send(Arrays.copyOf(sound, 3 * 32_000), new Random(4));
      aborted.socket().abort();

      TestCaller key = alice.as("other", Permission.TRANSCRIBE, Permission.DIARIZE);
      CaptionClient revoked = CaptionClient.open(SERVER, key, DIARIZED);
      revoked.send(Arrays.copyOf(sound, 3 * 32_000), new Random(5));
      SERVER.revokeKey(key);
      revoked.assertRefused("AUTH_TOKEN_INVALID", 1008);

      TestCaller bob = failing.newTenant();
      Voices.enrol(bob);
      bob.send(
          "PUT",
          "/v1/modules/scaiecho/tenant-policy",
          "{\"allowed_backends\":\"B\",\"default_backend\":\"B\"}");
      CaptionClient failed = CaptionClient.open(failing, bob, DIARIZED);
      failed.send(Arrays.copyOf(sound, 3 * 32_000), new Random(6));
      failed.control("close");
      failed.assertRefused("BACKEND_ERROR", 1011);

      CaptionClient notOpened = CaptionClient.connect(SERVER, alice);
      notOpened.socket().send("{\"type\":\"open\",\"diarize\":true,\"media_type\":\"audio/l16\"}");
      notOpened.assertRefused("VALIDATION_ERROR", 1008);

      Eventually.holds("no profile is left", () -> profilesInMemory() == 0);
    }
  }

  private static void assertRefused(TestCaller caller, String fields, String code)
      throws Exception {
    try (CaptionClient client = CaptionClient.connect(SERVER, caller)) {
      client.socket().send("{\"type\":\"open\",\"media_type\":\"audio/wav\"," + fields + "}");
      client.assertRefused(code, 1008);
    }
  }

  /// Who the final captions of the conversation say is speaking.
  private static List<String> speakers(TestCaller caller, String fields) throws Exception {
    try (CaptionClient client = CaptionClient.open(SERVER, caller, fields)) {
      client.send(sound, new Random(7));
      client.control("close");
      client.end();
      return client.finals().stream().map(StreamedConversation::speaker).distinct().toList();
    }
  }

  /// A stream in which Alice was named, and of which she has not said all.
  private static CaptionClient namedFirst(TestCaller caller) throws Exception {
    CaptionClient client = CaptionClient.open(SERVER, caller, DIARIZED);
    client.send(Arrays.copyOf(sound, 5 * 32_000), new Random(8));
    client.control("flush");
    client.until(message -> CaptionClient.isFinal(message) && speaker(message).equals("Alice"));
    return client;
  }

  /// Who speaks in the sound that such a stream hears from now on, in which Alice comes back.
  private static List<String> rest(CaptionClient client) throws Exception {
    int before = client.received().size();
    client.send(Arrays.copyOfRange(sound, 21 * 32_000, sound.length), new Random(9));
    client.control("close");
    client.end();
    List<JsonNode> later = client.received().subList(before, client.received().size());
    assertThat(later).noneMatch(message -> CaptionClient.is(message, "speaker"));
    return later.stream()
        .filter(message -> CaptionClient.isFinal(message) && message.get("start").asDouble() > 5)
        .map(StreamedConversation::speaker)
        .distinct()
        .toList();
  }

  /// How many profiles are on a roster that is reachable.
  private static int profilesInMemory() throws Exception {
    String histogram =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
    Matcher found =
        Pattern.compile("(\\d+)\\s+\\d+\\s+parley\\.speakers\\.SpeakerRoster\\$Entry")
            .matcher(histogram);
    return found.find() ? Integer.parseInt(found.group(1)) : 0;
  }
}
