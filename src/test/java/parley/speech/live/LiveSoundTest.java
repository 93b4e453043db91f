package parley.speech.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.params.provider.ValueSource;
import parley.speech.Recordings;
import parley.testing.Eventually;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// Captions of sound as real clients send it, and connections that stay while they should.
@Tag("slow")
@Timeout(300)
class LiveSoundTest {
  private static final String BARE =
      "\"media_type\":\"audio/l16\",\"sample_rate\":16000,\"language_hint\":\"en\"";

  private static TestServer server = TestServer.shared();
  private static TestServer impatient = server;
  private static byte[] speech = new byte[0];

  /// Its first three seconds.
  private static byte[] sentence = new byte[0];

  @BeforeAll
  static void start() throws Exception {
    speech = Recordings.converted(Recordings.recording("jfk.flac"), "-f", "s16le", "-ar", "16000");
    sentence =
        Recordings.converted(Recordings.recording("jfk-3s.flac"), "-f", "s16le", "-ar", "16000");
    impatient = TestServer.start(Map.of("live.idle_seconds", "3"));
  }

  @AfterAll
  static void stop() {
    impatient.close();
  }

  /// Broadcast WAV, and programs that leave room for a longer header, write a chunk before `fmt `.
  @ParameterizedTest
  @ValueSource(strings = {"", "JUNK", "bext"})
  void goesOnWhereEachChunkIsAWavOfItsOwn(String before) throws Exception {
    String open = "\"media_type\":\"audio/wav\",\"language_hint\":\"en\"";
    try (CaptionClient client = CaptionClient.open(server, server.newTenant(), open)) {
      for (int at = 0; at < sentence.length; at += 16_000) {
        byte[] chunk = Arrays.copyOfRange(sentence, at, Math.min(sentence.length, at + 16_000));
        client.socket().send(wav(before, chunk));
      }
      assertSentence(client);
    }
  }

  @Test
  void hearsWhatABrowsersRecorderSaysThatIsStartedAnew() throws Exception {
    String open = "\"media_type\":\"audio/webm\",\"language_hint\":\"en\"";
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    for (List<String> part : List.of(List.of("-t", "3"), List.of("-ss", "8"))) {
      both.write(
          Recordings.converted(
              Recordings.recording("jfk.flac"),
              part.getFirst(),
              part.getLast(),
              "-c:a",
              "libopus",
              "-f",
              "webm"));
    }
    try (CaptionClient client = CaptionClient.open(server, server.newTenant(), open)) {
      client.send(both.toByteArray(), new Random(3));
      assertThat(heard(client, 5_800, 6_300)).contains("fellow america", "do for your country");
    }
  }

  @ParameterizedTest
  @CsvSource({"audio/webm, webm, libopus", "audio/mp4, mp4, aac", "audio/ogg, ogg, flac"})
  void hearsATrackBehindASilentOne(String mediaType, String container, String codec)
      throws Exception {
    byte[] sound =
        Recordings.converted(
            Recordings.recording("jfk-3s.flac"),
            "-filter_complex",
            "[0:a]volume=0[silent];[0:a]acopy[spoken]",
            "-map",
            "[silent]",
            "-map",
            "[spoken]",
            "-c:a",
            codec,
            "-movflags",
            "frag_keyframe+empty_moov+default_base_moof",
            "-f",
            container);
    String open = "\"language_hint\":\"en\",\"media_type\":\"" + mediaType + "\"";
    try (CaptionClient client = CaptionClient.open(server, server.newTenant(), open)) {
      client.send(sound, new Random(6));
      assertSentence(client);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"volume=-40dB", "volume=-60dB", "pan=stereo|c0=c0|c1=-1*c0"})
  void hearsQuietAndTurnedOverSound(String filter) throws Exception {
    byte[] sound =
        Recordings.converted(
            Recordings.recording("jfk-3s.flac"), "-af", filter, "-f", "s16le", "-ar", "16000");
    String open = BARE + (filter.startsWith("pan") ? ",\"channels\":2" : "");
    try (CaptionClient client = CaptionClient.open(server, server.newTenant(), open)) {
      client.send(sound, new Random(4));
      assertSentence(client);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.5", "1"})
  void inventsNothingForWhoWantsCaptionsSoon(String seconds) throws Exception {
    String open = BARE + ",\"interim\":false,\"chunk_seconds\":" + seconds;
    try (CaptionClient client = CaptionClient.open(server, server.newTenant(), open)) {
      client.send(speech, new Random(5));
      client.control("close");
      client.end();
      assertOnce(client);
    }
  }

  @Test
  void inventsNothingForWhoFlushesTwiceASecond() throws Exception {
    try (CaptionClient client = CaptionClient.open(server, server.newTenant(), BARE)) {
      for (int at = 0; at < speech.length; at += 16_000) {
        client.socket().send(Arrays.copyOfRange(speech, at, Math.min(speech.length, at + 16_000)));
        client.control("flush");
      }
      client.control("close");
      client.end();
      assertOnce(client);
    }
  }

  @Test
  void answersAFlushInTheMiddleOfAWordWhenNothingMoreComes() throws Exception {
    try (CaptionClient client = CaptionClient.open(server, server.newTenant(), BARE)) {
      client.socket().send(Arrays.copyOf(speech, 32_000));
      client.control("flush");
      client.until(CaptionClient::isFinal);
      client.control("close");
      client.end();
    }
  }

  @Test
  void answersPingsWhileTheLastTextsAreWritten() throws Exception {
    try (CaptionClient client = CaptionClient.open(server, server.newTenant(), BARE)) {
      for (int i = 0; i < 4; i++) {
        client.socket().send(sentence);
      }
      client.control("close");
      client.socket().ping();
      Eventually.holds("the ping is answered", () -> client.socket().pongs() == 1);
      assertThat(client.finals()).isEmpty();
      assertThat(client.end().get("audio_duration_ms").asInt()).isEqualTo(12_000);
      assertThat(client.text().toLowerCase(Locale.ROOT).split("fellow americans", -1)).hasSize(5);
    }
  }

  /// Sound may end in bytes that would be the beginning of a control message.
  @Test
  void hearsTheLastBytesWhateverTheyLookLike() throws Exception {
    try (CaptionClient client = CaptionClient.open(server, server.newTenant(), BARE)) {
      client.socket().send(new byte[32_000]);
      client.socket().send("{\"ab".getBytes(StandardCharsets.US_ASCII));
      client.control("close");
      assertThat(client.end().get("audio_bytes").asInt()).isEqualTo(32_004);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"KeepAlive", "keepalive"})
  void keepsASilentStreamOpenForWhoAsks(String type) throws Exception {
    try (CaptionClient client = CaptionClient.open(impatient, impatient.newTenant(), BARE)) {
      staysOpen(client, () -> client.control(type));
    }
  }

  @Test
  void keepsASilentStreamOpenForWhoPings() throws Exception {
    try (CaptionClient client = CaptionClient.open(impatient, impatient.newTenant(), BARE)) {
      staysOpen(client, () -> client.socket().ping());
      client.assertRefused("STREAM_IDLE", 1008);
    }
  }

  private static void staysOpen(CaptionClient client, Runnable sign) throws Exception {
    long began = System.nanoTime();
    long[] signs = new long[1];
    Eventually.holds(
        "eight seconds pass",
        () -> {
          long passed = (System.nanoTime() - began) / 1_000_000_000L;
          if (passed >= signs[0]) {
            signs[0]++;
            sign.run();
          }
          return passed >= 8;
        });
    client.control("flush");
    assertThat(client.socket().json().get("type").asString()).isEqualTo("flushed");
  }

  private static void assertSentence(CaptionClient client) throws Exception {
    assertThat(heard(client, 2_800, 3_300)).contains("fellow america");
  }

  /// What was written of a stream of that many milliseconds, which is closed.
  private static String heard(CaptionClient client, int min, int max) throws Exception {
    client.control("close");
    JsonNode closed = client.end();
    assertThat(closed.get("type").asString()).isEqualTo("closed");
    assertThat(closed.get("audio_duration_ms").asInt()).isBetween(min, max);
    return client.text().toLowerCase(Locale.ROOT);
  }

  private static void assertOnce(CaptionClient client) {
    String text = client.text().toLowerCase(Locale.ROOT);
    assertThat(text.split("fellow america", -1)).hasSize(2);
    assertThat(text.split(" ").length).isBetween(15, 30);
    for (JsonNode caption : client.finals()) {
      assertThat(caption.get("end").asDouble()).isGreaterThan(caption.get("start").asDouble());
    }
  }

  /// @param before the name of a chunk before the format; empty for none
  private static byte[] wav(String before, byte[] samples) throws Exception {
    int extra = before.isEmpty() ? 0 : 36;
    ByteBuffer wav =
        ByteBuffer.allocate(44 + extra + samples.length).order(ByteOrder.LITTLE_ENDIAN);
    wav.put("RIFF".getBytes(StandardCharsets.US_ASCII));
    wav.putInt(36 + extra + samples.length);
    wav.put("WAVE".getBytes(StandardCharsets.US_ASCII));
    if (extra > 0) {
      wav.put(before.getBytes(StandardCharsets.US_ASCII)).putInt(extra - 8);
      wav.position(12 + extra);
    }
    wav.put("fmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    wav.putShort((short) 1).putShort((short) 1).putInt(16_000).putInt(32_000);
    wav.putShort((short) 2).putShort((short) 16);
    wav.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(samples.length);
    return wav.put(samples).array();
  }
}
