package parley.speech.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import parley.speech.Recordings;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// What a stream tells besides its captions, and sound as telephones send it.
@Tag("slow")
@Timeout(120)
class LiveEventsTest {
  private static final String BARE =
      "\"media_type\":\"audio/l16\",\"sample_rate\":16000,\"language_hint\":\"en\"";

  private static final TestServer SERVER = TestServer.shared();

  /// Three seconds.
  private static byte[] sentence = new byte[0];

  @BeforeAll
  static void convert() throws Exception {
    sentence =
        Recordings.converted(Recordings.recording("jfk-3s.flac"), "-f", "s16le", "-ar", "16000");
  }

  @ParameterizedTest
  @CsvSource({
    "audio/pcma;rate=16000, alaw, 16000, ''",
    "audio/PCMU, mulaw, 16000, ',\"sample_rate\":16000'"
  })
  void writesWhatIsSaidOverATelephone(String mediaType, String format, String rate, String fields)
      throws Exception {
    byte[] sound =
        Recordings.converted(Recordings.recording("jfk-3s.flac"), "-f", format, "-ar", rate);
    String open = "\"language_hint\":\"en\",\"media_type\":\"" + mediaType + "\"" + fields;
    try (CaptionClient client = CaptionClient.open(SERVER, SERVER.newTenant(), open)) {
      // As Twilio sends it: 20 ms at a time.
      for (int at = 0; at < sound.length; at += 160) {
        client.socket().send(Arrays.copyOfRange(sound, at, Math.min(sound.length, at + 160)));
      }
      client.control("close");
      assertThat(client.end().get("audio_duration_ms").asInt()).isBetween(2_900, 3_100);
      assertThat(client.text().toLowerCase(Locale.ROOT)).contains("fellow america");
    }
  }

  @Test
  void tellsWhenEachWordIsSpokenToWhoAsks() throws Exception {
    for (boolean asked : List.of(true, false)) {
      try (CaptionClient client =
          CaptionClient.open(SERVER, SERVER.newTenant(), BARE + ",\"words\":" + asked)) {
        client.send(sentence, new Random(1));
        client.control("close");
        client.end();

        assertThat(client.finals()).isNotEmpty();
        for (JsonNode caption : client.finals()) {
          assertThat(caption.has("words")).isEqualTo(asked);
          if (asked) {
            assertWords(caption);
          }
        }
      }
    }
  }

  private static void assertWords(JsonNode caption) {
    double last = caption.get("start").asDouble();
    List<String> words = new ArrayList<>();
    for (JsonNode word : caption.get("words")) {
      words.add(word.get("text").asString());
      assertThat(word.get("start").asDouble()).isGreaterThanOrEqualTo(last - 0.01);
      last = word.get("end").asDouble();
      assertThat(last).isGreaterThanOrEqualTo(word.get("start").asDouble());
    }
    assertThat(last).isLessThanOrEqualTo(caption.get("end").asDouble() + 0.01);
    assertThat(String.join(" ", words)).isEqualTo(caption.get("text").asString());
  }

  @Test
  void tellsWhoAsksWhenSomebodyBeginsAndStopsToSpeak() throws Exception {
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    for (int i = 0; i < 2; i++) {
      twice.writeBytes(sentence);
      twice.writeBytes(new byte[2 * 32_000]);
    }
    try (CaptionClient client =
        CaptionClient.open(SERVER, SERVER.newTenant(), BARE + ",\"events\":true")) {
      client.send(twice.toByteArray(), new Random(2));
      // The second end comes because of the silence, not because the stream is closed.
      client.until(message -> CaptionClient.is(message, "utterance_end"));
      client.until(message -> CaptionClient.is(message, "utterance_end"));
      client.control("close");
      client.end();

      String order =
          client.received().stream()
              .filter(message -> !CaptionClient.isPartial(message))
              .map(message -> message.get("type").asString().substring(0, 1))
              .collect(Collectors.joining());
      // ready, (speech_started, delta, utterance_end) twice, closed.
      assertThat(order).matches("r(sd+u){2}c|rssd+ud+uc");
      List<JsonNode> started = all(client, "speech_started");
      List<JsonNode> ended = all(client, "utterance_end");
      for (int i = 0; i < 2; i++) {
        assertThat(started.get(i).get("at").asDouble()).isBetween(5.0 * i, 5.0 * i + 1);
        assertThat(ended.get(i).get("at").asDouble()).isBetween(5.0 * i + 2, 5.0 * i + 3.2);
      }
    }
  }

  @Test
  void tellsOthersNothingOfIt() throws Exception {
    try (CaptionClient client = CaptionClient.open(SERVER, SERVER.newTenant(), BARE)) {
      client.send(sentence, new Random(3));
      client.control("close");
      client.end();
      assertThat(all(client, "speech_started")).isEmpty();
      assertThat(all(client, "utterance_end")).isEmpty();
    }
  }

  @Test
  void answersEachFlushOnceItsTextIsFinal() throws Exception {
    try (CaptionClient client = CaptionClient.open(SERVER, SERVER.newTenant(), BARE)) {
      client.control("flush");
      assertThat(client.socket().json().get("type").asString()).isEqualTo("flushed");
      client.send(sentence, new Random(4));
      client.control("flush");
      client.until(message -> CaptionClient.is(message, "flushed"));
      assertThat(client.text().toLowerCase(Locale.ROOT)).contains("fellow america");
      int finals = client.finals().size();
      client.control("flush");
      client.until(message -> CaptionClient.is(message, "flushed"));
      client.control("close");
      client.end();
      assertThat(client.finals()).hasSize(finals);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello", "{\"type\":\"close\"", "{\"type\":\"dance\"}", "[]", "{}"})
  void answersAnUnknownFrameWithAnErrorAndGoesOn(String unknown) throws Exception {
    try (CaptionClient client = CaptionClient.connect(SERVER, SERVER.newTenant())) {
      client.socket().send(unknown);
      assertUnknown(client);
      client.socket().send("{\"type\":\"open\"," + BARE + "}");
      assertThat(client.socket().json().get("type").asString()).isEqualTo("ready");
      client.socket().send(unknown);
      assertUnknown(client);
      client.control("close");
      assertThat(client.end().get("type").asString()).isEqualTo("closed");
    }
  }

  private static void assertUnknown(CaptionClient client) throws Exception {
    JsonNode error = client.socket().json();
    assertThat(error.get("type").asString()).isEqualTo("error");
    assertThat(error.get("code").asString()).isEqualTo("VALIDATION_ERROR");
  }

  private static List<JsonNode> all(CaptionClient client, String type) {
    return client.received().stream().filter(message -> CaptionClient.is(message, type)).toList();
  }
}
