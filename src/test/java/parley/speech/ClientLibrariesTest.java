package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import parley.auth.Permission;
import parley.testing.ClientLibrary;
import parley.testing.TestCaller;
import parley.testing.TestForm;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// OpenAI's and Deepgram's own libraries, with the address of this server and nothing else changed.
@Tag("server")
class ClientLibrariesTest {
  private final TestServer server = TestServer.shared();
  private final TestCaller alice = server.newTenant();
  private String said;

  @BeforeEach
  void transcribe() {
    said =
        String.valueOf(
            alice
                .post(
                    "/v1/modules/scaiecho/transcribe",
                    new TestForm().file(Recordings.recording("jfk-3s.flac")))
                .at("/data/transcript"));
  }

  private Map<String, String> environment() {
    return Map.of(
        "BASE", server.uri("").toString(),
        "TOKEN", alice.token(),
        "STRANGER", alice.only(Permission.MEDIA_READ).token(),
        "RECORDING", Recordings.recording("jfk-3s.flac").toString(),
        "FOREIGN", Recordings.recording("mls-13697_11991_000000.flac").toString());
  }

  @ParameterizedTest
  @EnumSource(names = {"PYTHON", "NODE"})
  void transcribeAndTranslateRecordingsAsOpenAiDoes(ClientLibrary library) {
    JsonNode got = library.run("openai_files", environment());

    assertThat(got.get("text").asString()).isEqualTo(said);
    assertThat(got.get("usage")).isEqualTo(json("['duration', 3]"));
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

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text.replace('\'', '"'));
  }
}
