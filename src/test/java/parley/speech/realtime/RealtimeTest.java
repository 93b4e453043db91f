package parley.speech.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.auth.Permission;
import parley.speech.Recordings;
import parley.speech.live.CaptionClient;
import parley.testing.TestCaller;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// Sessions of OpenAI's Realtime API over real connections, of real recordings.
@Tag("slow")
@Timeout(120)
class RealtimeTest {
  private static final String ENGLISH =
      "\"transcription\":{\"model\":\"whisper-1\",\"language\":\"en\"}";
  private static final String MANUAL = ENGLISH + ",\"turn_detection\":null";
  private static final String COMMIT = "input_audio_buffer.commit";

  private static final TestServer SERVER = TestServer.shared();

  /// Three seconds of speech, at 24 kHz.
  private static byte[] sentence = new byte[0];

  @BeforeAll
  static void convert() throws Exception {
    sentence =
        Recordings.converted(Recordings.recording("jfk-3s.flac"), "-f", "s16le", "-ar", "24000");
  }

  @ParameterizedTest
  @CsvSource({
    "audio/pcm, s16le, 24000, 48000, jfk.flac, do for your country",
    "audio/pcmu, mulaw, 8000, 8000, jfk-3s.flac, fellow",
    "audio/pcma, alaw, 8000, 8000, jfk-3s.flac, fellow"
  })
  void detectsTurnsAndWritesTheSameAsOurOwnDialect(
      String mediaType, String format, String rate, int bytesPerSecond, String name, String last)
      throws Exception {
    ByteArrayOutputStream sound = new ByteArrayOutputStream();
    sound.writeBytes(Recordings.converted(Recordings.recording(name), "-f", format, "-ar", rate));
    byte[] silence = new byte[2 * bytesPerSecond];
    if (!format.equals("s16le")) {
      // Zero is loud in G.711.
      Arrays.fill(silence, (byte) (format.equals("mulaw") ? 0xFF : 0xD5));
    }
    sound.writeBytes(silence);
    String expected = ownDialectsText(sound.toByteArray(), mediaType, rate);

    try (RealtimeClient client =
        RealtimeClient.open(
            SERVER, SERVER.newTenant(), ENGLISH + ",\"format\":{\"type\":\"" + mediaType + "\"}")) {
      client.append(sound.toByteArray(), bytesPerSecond / 10);
      while (!plain(client.text()).contains(last)) {
        client.until(RealtimeClient.COMPLETED);
      }
      assertThat(plain(client.text())).isEqualTo(plain(expected));
      assertTurns(client);
    }
  }

  private static String ownDialectsText(byte[] sound, String mediaType, String rate)
      throws Exception {
    String open =
        "\"language_hint\":\"en\",\"media_type\":\"%s\",\"sample_rate\":%s"
            .formatted(mediaType, rate);
    try (CaptionClient own = CaptionClient.open(SERVER, SERVER.newTenant(), open)) {
      own.send(sound, new Random(1));
      own.control("close");
      own.end();
      return own.text();
    }
  }

  /// Punctuation and case depend on where pauses are found while sound arrives.
  private static String plain(String text) {
    return text.replaceAll("[^A-Za-z ]", "").toLowerCase(Locale.ROOT);
  }

  /// Each turn begins, ends, becomes an item and gets its text, whose deltas only grow.
  private static void assertTurns(RealtimeClient client) {
    List<JsonNode> started = client.all("input_audio_buffer.speech_started");
    List<JsonNode> stopped = client.all("input_audio_buffer.speech_stopped");
    List<JsonNode> committed = client.all("input_audio_buffer.committed");
    List<JsonNode> completed = client.all(RealtimeClient.COMPLETED);
    String previous = null;
    for (int i = 0; i < completed.size(); i++) {
      String item = completed.get(i).get("item_id").asString();
      assertThat(started.get(i).get("item_id").asString()).isEqualTo(item);
      assertThat(stopped.get(i).get("item_id").asString()).isEqualTo(item);
      assertThat(stopped.get(i).get("audio_end_ms").asLong())
          .isGreaterThan(started.get(i).get("audio_start_ms").asLong());
      assertThat(committed.get(i).get("item_id").asString()).isEqualTo(item);
      assertThat(committed.get(i).get("previous_item_id").asString(null)).isEqualTo(previous);
      assertThat(completed.get(i).at("/usage/type").asString()).isEqualTo("duration");
      assertThat(completed.get(i).at("/usage/seconds").asDouble()).isBetween(0.5, 13.0);
      assertThat(words(client.grown(completed.get(i))))
          .isEqualTo(words(completed.get(i).get("transcript").asString()));
      previous = item;
    }
  }

  private static int words(String text) {
    return text.split(" ", -1).length;
  }

  @Test
  void leavesTurnsToTheClientIfItWants() throws Exception {
    try (RealtimeClient client = RealtimeClient.open(SERVER, SERVER.newTenant(), MANUAL)) {
      for (int i = 0; i < 2; i++) {
        client.append(sentence, 4800);
        client.event(COMMIT);
        JsonNode completed = client.until(RealtimeClient.COMPLETED);
        assertThat(completed.get("transcript").asString().toLowerCase(Locale.ROOT))
            .contains("my fellow america");
        assertThat(completed.at("/usage/seconds").asDouble()).isBetween(2.9, 3.1);
        assertThat(plain(client.grown(completed)))
            .isEqualTo(plain(completed.get("transcript").asString()));
      }
      assertThat(client.types())
          .containsExactly(
              "session.created",
              "session.updated",
              "input_audio_buffer.committed",
              "conversation.item.added",
              "conversation.item.done",
              RealtimeClient.COMPLETED,
              "input_audio_buffer.committed",
              "conversation.item.added",
              "conversation.item.done",
              RealtimeClient.COMPLETED);
      assertThat(client.all("input_audio_buffer.committed").getLast().get("previous_item_id"))
          .isEqualTo(client.all(RealtimeClient.COMPLETED).getFirst().get("item_id"));
    }
  }

  /// As much as OpenAI takes; far more than a connection may hold in memory.
  @Test
  void takesFifteenMebibytesOfAudioInOneEvent() throws Exception {
    byte[] silence = new byte[15 * 1024 * 1024];
    try (RealtimeClient client = RealtimeClient.open(SERVER, SERVER.newTenant(), MANUAL)) {
      client.append(silence, silence.length);
      client.event(COMMIT);
      JsonNode completed = client.until(RealtimeClient.COMPLETED);
      assertThat(completed.get("transcript").asString()).isEmpty();
      assertThat(completed.at("/usage/seconds").asDouble()).isEqualTo(327.68);
    }
  }

  @Test
  void dividesATurnThatTheClientCommitsWhileSomebodySpeaks() throws Exception {
    try (RealtimeClient client = RealtimeClient.open(SERVER, SERVER.newTenant(), ENGLISH)) {
      // "And so my": a word that is cut in two is hard to understand.
      int cut = 48_000 * 6 / 5;
      client.append(Arrays.copyOf(sentence, cut), 4800);
      client.until("input_audio_buffer.speech_started");
      client.event(COMMIT);
      client.append(Arrays.copyOfRange(sentence, cut, sentence.length), 4800);
      client.append(new byte[2 * 48_000], 4800);
      client.until(RealtimeClient.COMPLETED);
      client.until(RealtimeClient.COMPLETED);

      assertThat(plain(client.text())).startsWith("and so").contains("fellow", "america");
      assertThat(client.all("input_audio_buffer.committed")).hasSize(2);
      assertThat(client.all("input_audio_buffer.speech_stopped").getLast().get("item_id"))
          .isEqualTo(client.all(RealtimeClient.COMPLETED).getLast().get("item_id"));
    }
  }

  @Test
  void forgetsWhatIsCleared() throws Exception {
    try (RealtimeClient client = RealtimeClient.open(SERVER, SERVER.newTenant(), MANUAL)) {
      client.append(sentence, 48_000);
      client.event("input_audio_buffer.clear");
      client.until("input_audio_buffer.cleared");
      client.event(COMMIT);
      JsonNode error = client.socket().json();
      assertThat(error.at("/error/code").asString()).isEqualTo("input_audio_buffer_commit_empty");
      client.append(sentence, 48_000);
      client.event(COMMIT);
      client.until(RealtimeClient.COMPLETED);

      assertThat(client.all(RealtimeClient.COMPLETED)).hasSize(1);
      assertThat(client.text().toLowerCase(Locale.ROOT).split("fellow", -1)).hasSize(2);
    }
  }

  @Test
  void takesManySecondsInOneEvent() throws Exception {
    try (RealtimeClient client = RealtimeClient.open(SERVER, SERVER.newTenant(), MANUAL)) {
      ByteArrayOutputStream sound = new ByteArrayOutputStream();
      sound.writeBytes(new byte[10 * 48_000]);
      sound.writeBytes(sentence);
      client.append(sound.toByteArray(), Integer.MAX_VALUE / 2);
      client.event(COMMIT);
      JsonNode completed = client.until(RealtimeClient.COMPLETED);
      assertThat(completed.get("transcript").asString().toLowerCase(Locale.ROOT))
          .contains("my fellow america");
      assertThat(completed.at("/usage/seconds").asDouble()).isBetween(12.9, 13.1);
    }
  }

  @Test
  void goesOnInAnotherFormatAndLanguage() throws Exception {
    byte[] telephone =
        Recordings.converted(Recordings.recording("jfk-3s.flac"), "-f", "mulaw", "-ar", "8000");
    try (RealtimeClient client = RealtimeClient.open(SERVER, SERVER.newTenant(), MANUAL)) {
      client.append(sentence, 48_000);
      client.update(
          "\"format\":{\"type\":\"audio/pcmu\"},"
              + "\"transcription\":{\"language\":null,\"keywords\":[\"Americans\"]},"
              + "\"turn_detection\":{\"type\":\"server_vad\",\"silence_duration_ms\":300}");
      JsonNode session = client.until("session.updated").get("session");
      assertThat(session.at("/audio/input/format/type").asString()).isEqualTo("audio/pcmu");
      assertThat(session.at("/audio/input/transcription/model").asString()).isEqualTo("whisper-1");
      assertThat(session.at("/audio/input/transcription/language").isNull()).isTrue();
      assertThat(session.at("/audio/input/transcription/keywords/0").asString())
          .isEqualTo("Americans");
      assertThat(session.at("/audio/input/turn_detection/silence_duration_ms").asInt())
          .isEqualTo(300);
      client.append(telephone, 800);
      client.event(COMMIT);
      while (client.text().toLowerCase(Locale.ROOT).split("fellow", -1).length < 3) {
        client.until(RealtimeClient.COMPLETED);
      }
    }
  }

  @Test
  void answersEveryCommitBeforeAChangeOfTheSessionAndNoneOfThemAfterIt() throws Exception {
    byte[] telephone =
        Recordings.converted(Recordings.recording("jfk-3s.flac"), "-f", "mulaw", "-ar", "8000");
    try (RealtimeClient client = RealtimeClient.open(SERVER, SERVER.newTenant(), MANUAL)) {
      // The first commits are still being recognised when the session changes.
      for (int i = 0; i < 3; i++) {
        client.append(sentence, 48_000);
        client.event(COMMIT);
      }
      client.append(new byte[24_000], 24_000);
      client.update("\"format\":{\"type\":\"audio/pcmu\"}");
      client.append(telephone, 8_000);
      client.event(COMMIT);

      client.until("session.updated");
      assertThat(client.all(RealtimeClient.COMPLETED)).hasSize(3);
      client.until(RealtimeClient.COMPLETED);
      List<String> committed = ids(client, "input_audio_buffer.committed");
      assertThat(committed).hasSize(4).doesNotHaveDuplicates();
      assertThat(ids(client, RealtimeClient.COMPLETED)).isEqualTo(committed);
      assertThat(client.all(RealtimeClient.COMPLETED))
          .allMatch(item -> plain(item.get("transcript").asString()).contains("fellow america"));
      // What was buffered before the change belongs to the item that is committed after it.
      assertThat(client.all(RealtimeClient.COMPLETED).getLast().at("/usage/seconds").asDouble())
          .isBetween(3.3, 3.7);
    }
  }

  @Test
  void commitsAndForgetsAfterAChangeWhatCameBeforeIt() throws Exception {
    try (RealtimeClient client = RealtimeClient.open(SERVER, SERVER.newTenant(), MANUAL)) {
      client.append(sentence, 48_000);
      client.update("\"transcription\":{\"language\":null}");
      client.until("session.updated");
      client.event(COMMIT);
      JsonNode completed = client.until(RealtimeClient.COMPLETED);
      assertThat(plain(completed.get("transcript").asString())).contains("fellow america");
      assertThat(completed.at("/usage/seconds").asDouble()).isBetween(2.8, 3.2);

      client.append(sentence, 48_000);
      client.update("\"transcription\":{\"language\":\"en\"}");
      client.until("session.updated");
      client.event("input_audio_buffer.clear");
      client.until("input_audio_buffer.cleared");
      client.append(sentence, 48_000);
      client.event(COMMIT);
      String last = client.until(RealtimeClient.COMPLETED).get("transcript").asString();
      assertThat(plain(last).split("fellow", -1)).as(last).hasSize(2);
    }
  }

  private static List<String> ids(RealtimeClient client, String type) {
    return client.all(type).stream().map(event -> event.get("item_id").asString()).toList();
  }

  @Test
  void spellsNamesAsThePromptDoes() throws Exception {
    byte[] named =
        Recordings.converted(
            Recordings.recording("ls-3005-163389-0000.flac"), "-f", "s16le", "-ar", "24000");
    try (RealtimeClient client =
        RealtimeClient.open(
            SERVER,
            SERVER.newTenant(),
            "\"turn_detection\":null,\"transcription\":{\"language\":\"en\","
                + "\"prompt\":\"Colonel Sherbourn came out. Sherbourn's palings.\"}")) {
      client.append(named, 48_000);
      client.event(COMMIT);

      assertThat(client.until(RealtimeClient.COMPLETED).get("transcript").asString())
          .contains("Sherbourn's");
    }
  }

  @Test
  void speaksTheBetaProtocolToWhoDoes() throws Exception {
    try (RealtimeClient client = RealtimeClient.connect(SERVER, SERVER.newTenant())) {
      client.send(
          "{\"type\":\"transcription_session.update\",\"session\":{\"input_audio_format\":\"pcm16\","
              + "\"input_audio_transcription\":{\"model\":\"gpt-4o-transcribe\",\"language\":\"en\"},"
              + "\"turn_detection\":null}}");
      JsonNode session = client.until("transcription_session.updated").get("session");
      assertThat(session.get("input_audio_format").asString()).isEqualTo("pcm16");
      assertThat(session.at("/input_audio_transcription/language").asString()).isEqualTo("en");
      assertThat(session.get("turn_detection").isNull()).isTrue();
      client.append(sentence, 48_000);
      client.event(COMMIT);
      client.until("conversation.item.created");
      assertThat(client.until(RealtimeClient.COMPLETED).get("transcript").asString())
          .containsIgnoringCase("fellow america");
    }
  }

  @Test
  void metersASessionAndStopsAtTheBudget() throws Exception {
    TestCaller alice = SERVER.newTenant();
    alice
        .only(Permission.OPERATOR)
        .send(
            "PATCH", "/v1/admin/tenants/" + alice.tenant().id(), "{\"speech_budget_seconds\": 4}");
    try (RealtimeClient client = RealtimeClient.open(SERVER, alice, MANUAL)) {
      client.append(sentence, 48_000);
      client.event(COMMIT);
      client.until(RealtimeClient.COMPLETED);
      for (int i = 0; i < 4; i++) {
        client.append(sentence, 48_000);
      }
      JsonNode error = client.socket().json();
      assertThat(error.get("type").asString()).isEqualTo("error");
      assertThat(error.at("/error/code").asString()).isEqualTo("insufficient_quota");
      assertThat(client.socket().closeCode()).isEqualTo(1008);
    }
    try (RealtimeClient other = RealtimeClient.open(SERVER, SERVER.newTenant(), MANUAL)) {
      other.append(new byte[48_000], 4800);
      other.event(COMMIT);
      assertThat(other.until(RealtimeClient.COMPLETED).get("transcript").asString()).isEmpty();
    }
    assertThat(alice.get("/v1/admin/usage").json().at("/data/0/audio_seconds").asDouble())
        .isBetween(4.0, 15.0);
  }
}
