package parley.speech.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.auth.Permission;
import parley.speech.Recordings;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// Captions over real connections, of real recordings.
@Tag("slow")
@Timeout(240)
class LiveCaptionsTest {
  private static final String USAGE = "/v1/admin/usage";
  private static final String BARE =
      "\"media_type\":\"audio/l16\",\"sample_rate\":16000,\"language_hint\":\"en\"";

  /// Recognises by itself.
  private static TestServer server = TestServer.shared();

  /// Has narrow limits, and a relay: the other one.
  private static TestServer narrow = server;

  private static byte[] speech = new byte[0];

  @BeforeAll
  static void start() throws Exception {
    speech = Recordings.converted(Recordings.recording("jfk.flac"), "-f", "s16le", "-ar", "16000");
    narrow =
        TestServer.start(
            Map.of(
                "live.streams_per_tenant", "2",
                "live.idle_seconds", "3",
                "live.longest_seconds", "9",
                "relay.base_url", server.uri("/v1").toString(),
                "relay.key", server.newTenant().token()));
  }

  @AfterAll
  static void stop() {
    narrow.close();
  }

  @ParameterizedTest
  @CsvSource({
    "audio/wav, wav",
    "audio/webm, webm",
    "audio/ogg, ogg",
    "audio/mpeg, mp3",
    "audio/mp4, mp4",
    "audio/flac, flac"
  })
  void writesWhatIsSaidInEachMediaType(String mediaType, String container) throws Exception {
    byte[] sound =
        switch (container) {
          case "mp4" ->
              Recordings.converted(
                  Recordings.recording("jfk-3s.flac"),
                  "-f",
                  "mp4",
                  "-movflags",
                  "frag_keyframe+empty_moov+default_base_moof");
          case "flac" -> Files.readAllBytes(Recordings.recording("jfk-3s.flac"));
          // Of stereo and another rate, with sizes that were not known.
          case "wav" ->
              Recordings.converted(
                  Recordings.recording("jfk-3s.flac"), "-f", "wav", "-ar", "44100", "-ac", "2");
          default ->
              Recordings.converted(
                  Recordings.recording("jfk-3s.flac"), "-f", container, "-ar", "48000");
        };
    try (CaptionClient client =
        CaptionClient.open(server, server.newTenant(), "\"media_type\":\"" + mediaType + "\"")) {
      client.send(sound, new Random(7));
      client.control("close");

      JsonNode closed = client.end();
      assertThat(closed.get("type").asString()).isEqualTo("closed");
      assertThat(closed.get("audio_bytes").asInt()).isEqualTo(sound.length);
      assertThat(closed.get("audio_duration_ms").asInt()).isBetween(2_800, 3_300);
      assertThat(client.text().toLowerCase(Locale.ROOT)).contains("my fellow americans");
      assertThat(client.socket().closeCode()).isEqualTo(1000);
    }
  }

  @Test
  void guessesWhileSomebodySpeaksAndNeverTakesAFinalTextBack() throws Exception {
    try (CaptionClient client = CaptionClient.open(server, server.newTenant(), BARE)) {
      // As much as somebody says before the partial caption appears, then more, then a pause.
      client.send(Arrays.copyOf(speech, 2 * 32_000), new Random(1));
      client.until(message ->
          CaptionClient.isPartial(message)
              && message.get("text").asString().toLowerCase(Locale.ROOT).contains("and so"));
      client.control("flush");
      client.until(CaptionClient::isFinal);
      client.send(Arrays.copyOfRange(speech, 2 * 32_000, speech.length), new Random(2));
      client.control("close");
      client.end();

      double last = 0;
      for (JsonNode caption : client.finals()) {
        assertThat(caption.get("start").asDouble()).isGreaterThanOrEqualTo(last - 0.01);
        last = caption.get("end").asDouble();
        assertThat(last).isBetween(caption.get("start").asDouble(), 11.1);
        assertThat(caption.get("confidence").asDouble()).isBetween(0.0, 1.0);
        assertThat(caption.get("lag_ms").asLong()).isNotNegative();
      }
      assertThat(last).isGreaterThan(10);
      assertThat(client.text().toLowerCase(Locale.ROOT)).contains("and so", "for your country");
    }
  }

  @ParameterizedTest
  @CsvSource({"audio/webm, webm", "audio/ogg, ogg", "audio/mpeg, mp3"})
  void writesWhatWasSaidUntilAFlushThoughItHasToBeDecoded(String mediaType, String container)
      throws Exception {
    // Cut off in the middle of a sentence: "What your country".
    byte[] beginning =
        Recordings.converted(Recordings.recording("jfk.flac"), "-t", "6.5", "-f", container);
    try (CaptionClient client =
        CaptionClient.open(
            server,
            server.newTenant(),
            "\"language_hint\":\"en\",\"media_type\":\"" + mediaType + "\"")) {
      client.send(beginning, new Random(16));
      client.control("flush");

      JsonNode caption =
          client.until(
              message -> CaptionClient.isFinal(message) && message.get("end").asDouble() > 5.8);
      assertThat(caption.get("text").asString().toLowerCase(Locale.ROOT)).contains("country");
    }
  }

  @Test
  void sendsFinalTextsAloneWhereGuessesAreNotWanted() throws Exception {
    try (CaptionClient client =
        CaptionClient.open(
            server, server.newTenant(), BARE + ",\"interim\":false,\"chunk_seconds\":3")) {
      client.send(speech, new Random(3));
      client.control("close");
      client.end();

      assertThat(client.received()).noneMatch(CaptionClient::isPartial);
      // Nobody waits longer than asked for, however long somebody speaks.
      assertThat(client.finals())
          .allMatch(message -> message.get("end").asDouble() - message.get("start").asDouble() < 3);
      assertThat(client.text().toLowerCase(Locale.ROOT)).contains("fellow", "country");
    }
  }

  @Test
  void writesOtherLanguagesAndTellsThemApart() throws Exception {
    byte[] spanish =
        Recordings.converted(
            Recordings.recording("mls-13697_11991_000000.flac"), "-f", "s16le", "-ar", "16000");
    try (CaptionClient client =
        CaptionClient.open(
            server, server.newTenant(), "\"media_type\":\"audio/pcm\",\"sample_rate\":16000")) {
      client.send(spanish, new Random(4));
      client.control("close");
      assertThat(client.end().get("language_detected").asString()).isEqualTo("es");

      assertThat(" " + client.text().toLowerCase(Locale.ROOT) + " ")
          .containsPattern(" (que|de|la) ");
    }
  }

  @Test
  void inventsNothingWhereNobodySpeaks() throws Exception {
    byte[] noise =
        Recordings.converted(Recordings.recording("noise4.flac"), "-f", "s16le", "-ar", "16000");
    byte[] hiss = new byte[5 * 32_000];
    new Random(5).nextBytes(hiss);
    for (int i = 1; i < hiss.length; i += 2) {
      // 16 bits, some -40 dB.
      hiss[i] = (byte) (hiss[i] >> 6);
    }
    for (byte[] sound : List.of(noise, hiss, new byte[10 * 32_000])) {
      try (CaptionClient client = CaptionClient.open(server, server.newTenant(), BARE)) {
        client.send(sound, new Random(6));
        client.control("close");
        assertThat(client.end().get("audio_bytes").asInt()).isEqualTo(sound.length);

        assertThat(client.received()).noneMatch(message -> CaptionClient.is(message, "delta"));
      }
    }
  }

  @Test
  void servesAShellsPipeInBinaryMode() throws Exception {
    byte[] wav = Files.readAllBytes(Recordings.recording("wav-streamed-size-ffffffff.wav"));
    List<Byte> pipe = new ArrayList<>();
    for (byte letter :
        "{\"type\":\"open\",\"language_hint\":\"en\",\"media_type\":\"audio/wav\"}\n"
            .getBytes(StandardCharsets.UTF_8)) {
      pipe.add(letter);
    }
    for (byte letter : wav) {
      pipe.add(letter);
    }
    for (byte letter : "{\"type\":\"close\"}\n".getBytes(StandardCharsets.UTF_8)) {
      pipe.add(letter);
    }
    byte[] bytes = new byte[pipe.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = pipe.get(i);
    }
    try (CaptionClient client = CaptionClient.connect(server, server.newTenant())) {
      client.send(bytes, new Random(8));
      // websocat ends its side at once; what was said still comes.
      client.socket().close();

      JsonNode closed = client.end();
      assertThat(closed.get("audio_bytes").asInt()).isEqualTo(wav.length);
      assertThat(client.text()).isNotEmpty();
    }
  }

  @Test
  void keepsToTheTenantsPolicy() throws Exception {
    TestCaller alice = server.newTenant();
    alice.send(
        "PUT",
        "/v1/modules/scaiecho/tenant-policy",
        "{\"allowed_backends\":\"A\",\"default_backend\":\"A\",\"retain_audio\":false}");
    try (CaptionClient client = CaptionClient.connect(server, alice)) {
      client
          .socket()
          .send("{\"type\":\"open\"," + BARE + ",\"backend_preference\":\"prefer_relay\"}");
      client.assertRefused("BACKEND_NOT_ALLOWED", 1008);
    }
  }

  @Test
  void metersAStreamWhileItRunsSoThatACrashGivesLittleAway() throws Exception {
    TestCaller alice = server.newTenant();
    try (CaptionClient client = CaptionClient.open(server, alice, BARE)) {
      client.send(new byte[12 * 32_000], new Random(13));
      Eventually.holds("most of it is on the meter", () -> metered(alice) >= 5);
      client.control("close");
      client.end();
    }
    assertThat(metered(alice)).isEqualTo(12);
    assertThat(alice.get(USAGE).at("/data/0/calls")).isEqualTo("1");
  }

  @Test
  void stopsAtTheTenantsBudgetAndLeavesOtherTenantsAlone() throws Exception {
    TestCaller alice = server.newTenant();
    budget(alice, 4);
    try (CaptionClient client = CaptionClient.open(server, alice, BARE)) {
      client.send(speech, new Random(10));
      client.assertRefused("BUDGET_EXCEEDED", 1008);
      // What was heard until then is written and paid for.
      assertThat(client.text().toLowerCase(Locale.ROOT)).contains("americans");
    }
    assertThat(alice.get(USAGE).json().at("/data/0/audio_seconds").asDouble()).isBetween(4.0, 11.0);
    try (CaptionClient client = CaptionClient.connect(server, alice)) {
      client.socket().send("{\"type\":\"open\"," + BARE + "}");
      client.assertRefused("BUDGET_EXCEEDED", 1008);
    }
    try (CaptionClient client = CaptionClient.open(server, server.newTenant(), BARE)) {
      client.control("close");
      assertThat(client.end().get("type").asString()).isEqualTo("closed");
    }
  }

  @Test
  void metersAStreamOnceHoweverItEnds() throws Exception {
    TestCaller alice = server.newTenant();
    try (CaptionClient client = CaptionClient.open(server, alice, BARE)) {
      client.send(Arrays.copyOf(speech, 3 * 32_000), new Random(11));
      client.control("close");
      client.end();
    }
    assertThat(alice.get(USAGE).at("/data/0/calls")).isEqualTo("1");
    assertThat(alice.get(USAGE).at("/data/0/audio_seconds")).isEqualTo("3.0");

    TestCaller bob = server.newTenant();
    try (CaptionClient client = CaptionClient.open(server, bob, BARE)) {
      client.send(Arrays.copyOf(speech, 3 * 32_000), new Random(12));
      client.until(CaptionClient::isCaption);
      client.socket().abort();
    }
    Eventually.holds("it is on the meter", () -> "1".equals(bob.get(USAGE).at("/data/0/calls")));

    TestCaller carol = server.newTenant();
    try (CaptionClient client = CaptionClient.open(server, carol, BARE)) {
      client.control("close");
      client.end();
    }
    assertThat(carol.get(USAGE).json().get("data")).isEmpty();
  }

  @Test
  void endsStreamsThatAreIdleTooLongOrTooMany() throws Exception {
    TestCaller alice = narrow.newTenant();
    String own = BARE + ",\"backend_preference\":\"prefer_self_hosted\"";
    try (CaptionClient first = CaptionClient.open(narrow, alice, own);
        CaptionClient second = CaptionClient.open(narrow, alice, own)) {
      try (CaptionClient third = CaptionClient.connect(narrow, alice)) {
        third.socket().send("{\"type\":\"open\"," + own + "}");
        third.assertRefused("TOO_MANY_STREAMS", 1013);
      }
      try (CaptionClient other = CaptionClient.open(narrow, narrow.newTenant(), own)) {
        other.send(speech, new Random(13));
        other.assertRefused("AUDIO_TOO_LONG", 1008);
        assertThat(other.text().toLowerCase(Locale.ROOT)).contains("americans");
      }
      first.assertRefused("STREAM_IDLE", 1008);
      second.assertRefused("STREAM_IDLE", 1008);
    }
    try (CaptionClient silent = CaptionClient.connect(narrow, alice)) {
      silent.assertRefused("STREAM_IDLE", 1008);
    }
    CaptionClient.open(narrow, alice, own).close();
  }

  @Test
  void hasPiecesWrittenByTheRelay() throws Exception {
    TestCaller alice = narrow.newTenant();
    byte[] beginning = Arrays.copyOf(speech, 8 * 32_000);
    try (CaptionClient client = CaptionClient.open(narrow, alice, BARE)) {
      assertThat(client.received().getFirst().get("backend_used").asString()).isEqualTo("B");
      client.send(beginning, new Random(14));
      client.control("close");
      client.end();

      assertThat(client.text().toLowerCase(Locale.ROOT)).contains("fellow americans");
    }
    assertThat(alice.get(USAGE).at("/data/0/calls")).isEqualTo("1");
    Eventually.holds("nothing stays", () -> narrow.storedFiles().isEmpty());
  }

  @Test
  void finishesStreamsWhenTheServerStops() throws Exception {
    CaptionClient client;
    try (TestServer stopping = TestServer.start(Map.of("server.drain_seconds", "60"))) {
      client = CaptionClient.open(stopping, stopping.newTenant(), BARE);
      client.send(Arrays.copyOf(speech, 3 * 32_000), new Random(15));
      client.until(CaptionClient::isCaption);
    }
    try (client) {
      assertThat(client.end().get("type").asString()).isEqualTo("closed");
      assertThat(client.text().toLowerCase(Locale.ROOT)).contains("fellow");
      assertThat(client.socket().closeCode()).isEqualTo(1012);
    }
  }

  private static double metered(TestCaller caller) {
    return caller.get(USAGE).json().at("/data/0/audio_seconds").asDouble(0);
  }

  private static void budget(TestCaller caller, int seconds) {
    caller
        .only(Permission.OPERATOR)
        .send(
            "PATCH",
            "/v1/admin/tenants/" + caller.tenant().id(),
            "{\"speech_budget_seconds\": " + seconds + "}");
  }
}
