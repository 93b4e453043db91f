package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import parley.auth.Permission;
import parley.testing.ClientLibrary;
import parley.testing.TestCaller;
import parley.testing.TestForm;
import parley.testing.TestServer;
import parley.testing.TestSocket;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// OpenAI's and Deepgram's own libraries, with the address of this server and nothing else changed.
@Tag("server")
class ClientLibrariesTest {
  private final TestServer server = TestServer.shared();
  private final TestCaller alice = server.newTenant();

  private String inOurDialect(TestForm form) {
    return String.valueOf(
        alice
            .post("/v1/modules/scaiecho/transcribe", form.file(Recordings.recording("jfk-3s.flac")))
            .at("/data/transcript"));
  }

  private Map<String, String> environment() {
    return Map.of(
        "BASE", server.uri("").toString(),
        "TOKEN", alice.token(),
        "STRANGER", alice.only(Permission.MEDIA_READ).token(),
        "RECORDING", Recordings.recording("jfk-3s.flac").toString());
  }

  @ParameterizedTest
  @EnumSource(names = {"PYTHON", "NODE"})
  void transcribeAndTranslateRecordingsAsOpenAiDoes(ClientLibrary library, @TempDir Path folder)
      throws IOException {
    Map<String, String> environment = new HashMap<>(environment());
    float[] spanish = Arrays.copyOf(Recordings.samples("mls-13697_11991_000000.flac"), 5 * 16_000);
    Path foreign = Recordings.wav(folder.resolve("foreign.wav"), spanish);
    environment.put("FOREIGN", foreign.toString());
    String said = inOurDialect(new TestForm());

    JsonNode got = library.run("openai_files", environment);

    assertThat(got.get("text").asString()).isEqualTo(said);
    assertThat(got.at("/usage/0").asString()).isEqualTo("duration");
    assertThat(got.at("/usage/1").asDouble()).isEqualTo(3);
    assertThat(got.get("tokens").asString()).isEqualTo(said);
    assertThat(got.get("logprob").asDouble()).isNegative();
    assertThat(got.get("words")).hasSize(5);
    assertThat(got.get("segments").asInt()).isEqualTo(1);
    assertThat(got.get("deltas").asString()).isEqualTo(said);
    assertThat(got.at("/done/1").asString()).isEqualTo(said);
    assertThat(got.at("/done/2").asString()).isEqualTo("duration");
    assertThat(got.at("/done/3").asString()).isEqualTo(said);
    assertThat(got.get("subtitles").asString()).startsWith("1\n00:00:0");
    assertThat(got.at("/translation/0").asString()).isEqualTo("english");
    assertThat(got.at("/translation/1").asString()).containsPattern("(?i)\\b(the|of|and|that)\\b");
    assertThat(got.get("models").valueStream().map(JsonNode::asString)).contains("whisper-1");
    assertThat(got.get("model").asString()).isEqualTo("model");
    JsonNode errors = got.get("errors");
    assertThat(errors.get("format"))
        .isEqualTo(json("['BadRequestError', 'invalid_value', 'response_format']"));
    assertThat(errors.get("model"))
        .isEqualTo(json("['NotFoundError', 'model_not_found', 'model']"));
    assertThat(errors.get("token"))
        .isEqualTo(json("['AuthenticationError', 'invalid_api_key', null]"));
    assertThat(errors.get("permission"))
        .isEqualTo(json("['PermissionDeniedError', 'insufficient_permissions', null]"));
    assertThat(errors.get("media"))
        .isEqualTo(json("['BadRequestError', 'unsupported_media', null]"));
  }

  @ParameterizedTest
  @EnumSource(names = {"PYTHON", "NODE"})
  void transcribeRecordingsAsDeepgramDoes(ClientLibrary library) {
    JsonNode got = library.run("deepgram_files", environment());
    String said = inOurDialect(new TestForm().field("keyterms", "Americans"));

    assertThat(got.get("text").asString()).isEqualTo(said);
    assertThat(got.get("plain").asString()).isEqualTo("and so my fellow americans");
    assertThat(got.get("bearer").asString()).isEqualTo("and so my fellow americans");
    assertThat(got.get("confidence").asDouble()).isBetween(0.5, 1.0);
    assertThat(got.get("words")).hasSize(5);
    assertThat(got.at("/words/0")).isEqualTo(json("['and', 'And', 0]"));
    assertThat(got.get("times")).allMatch(JsonNode::asBoolean);
    assertThat(got.get("paragraphs").asString()).isEqualTo("\nSpeaker 0: " + said);
    assertThat(
            got.at("/utterances")
                .valueStream()
                .map(JsonNode::asString)
                .reduce("", (a, b) -> (a + " " + b).strip()))
        .isEqualTo(said);
    assertThat(got.get("language").asString()).isEqualTo("en");
    assertThat(got.get("duration").asDouble()).isEqualTo(3.0);
    assertThat(got.get("request").asString()).isNotEmpty();
    assertThat(got.get("model").asString()).contains("whisper");
    JsonNode errors = got.get("errors");
    // Each library has an exception of its own for 400.
    assertThat(errors.get("url"))
        .isEqualTo(json("['BadRequestError', 400, 'REMOTE_CONTENT_ERROR']"));
    assertThat(errors.get("callback")).isEqualTo(json("['BadRequestError', 400, 'Bad Request']"));
    assertThat(errors.get("media")).isEqualTo(json("['BadRequestError', 400, 'Bad Request']"));
    String other = library == ClientLibrary.PYTHON ? "ApiError" : "DeepgramError";
    assertThat(errors.get("token")).isEqualTo(json("['" + other + "', 401, 'INVALID_AUTH']"));
    assertThat(errors.get("permission"))
        .isEqualTo(json("['" + other + "', 403, 'INSUFFICIENT_PERMISSIONS']"));
  }

  @ParameterizedTest
  @EnumSource(names = {"PYTHON", "NODE"})
  void streamAsToDeepgram(ClientLibrary library, @TempDir Path folder) throws Exception {
    byte[] samples = twice("jfk-3s.flac");
    Path file = Files.write(folder.resolve("samples"), samples);
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("SAMPLES", file.toString());

    JsonNode got = library.run("deepgram_live", environment);

    boolean python = library == ClientLibrary.PYTHON;
    assertThat(got.get("first"))
        .isEqualTo(json(python ? "['ListenV1Error', 'SchemaError']" : "['Error', 'SchemaError']"));
    // Without punctuation, which the second opinion decides: it gives way where captions are late.
    assertThat(words(got.get("text").asString()))
        .isEqualTo(words(captions(samples)))
        .contains("fellow americans");
    assertThat(got.get("speech_final").asInt()).isEqualTo(2);
    assertThat(got.get("started").asInt()).isEqualTo(2);
    assertThat(got.get("ends")).hasSize(2);
    assertThat(got.at("/ends/0").asDouble()).isBetween(2.0, 3.2);
    assertThat(got.at("/ends/1").asDouble()).isBetween(6.5, 8.0);
    assertThat(got.at("/word/0").asString()).isEqualTo("and");
    assertThat(got.at("/word/1").asString()).isEqualTo("And");
    assertThat(got.at("/word/2").asBoolean()).isTrue();
    assertThat(got.at("/word/3").asDouble()).isBetween(0.3, 1.0);
    assertThat(got.at("/last/0").asString()).isEqualTo(python ? "ListenV1Metadata" : "Metadata");
    assertThat(got.at("/last/1").asDouble()).isEqualTo(10);
    assertThat(got.at("/last/2").asBoolean()).isTrue();
    assertThat(got.at("/last/3").asInt()).isEqualTo(64);
    assertThat(got.get("model").asString()).contains("whisper");
    assertThat(got.get("errors")).isEmpty();
    assertThat(got.at("/flushed/0").asString()).isEqualTo("and so my fellow americans");
    assertThat(got.at("/flushed/1").asInt()).isEqualTo(1);
    assertThat(got.get("broken"))
        .isEqualTo(
            json(
                python
                    ? "['Error', 'DATA-0000', 'ConnectionClosedError', 1008, 'DATA-0000']"
                    : "['Error', 'DATA-0000', 1008, 'DATA-0000']"));
    JsonNode refused = got.get("refused");
    assertThat(refused.get("token")).isEqualTo(json(python ? "401" : "[true, true]"));
    assertThat(refused.get("permission")).isEqualTo(json(python ? "403" : "[true, true]"));
    assertThat(refused.get("value")).isEqualTo(json(python ? "400" : "[true, true]"));
  }

  /// A sentence twice, each followed by silence: 10 s of 16-bit samples.
  private static byte[] twice(String recording) throws IOException {
    float[] sentence = Recordings.samples(recording);
    ByteBuffer samples = ByteBuffer.allocate(2 * 160_000).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 160_000; i++) {
      int at = i % 80_000;
      samples.putShort((short) (at < sentence.length ? sentence[at] * 32_767 : 0));
    }
    return samples.array();
  }

  /// The final captions of the same sound in our own dialect.
  private String captions(byte[] samples) throws Exception {
    StringBuilder text = new StringBuilder();
    try (TestSocket socket = alice.socket("/v1/modules/scaiecho/stream/transcribe")) {
      socket.send(
          "{\"type\":\"open\",\"media_type\":\"audio/l16\",\"sample_rate\":16000,"
              + "\"language_hint\":\"en\"}");
      socket.send(samples);
      socket.send("{\"type\":\"close\"}");
      for (JsonNode frame = socket.json();
          !frame.get("type").asString().equals("closed");
          frame = socket.json()) {
        if (frame.path("is_final").asBoolean(false)) {
          text.append(text.isEmpty() ? "" : " ").append(frame.get("text").asString());
        }
      }
    }
    return text.toString();
  }

  private static String words(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z ]", "");
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text.replace('\'', '"'));
  }
}
