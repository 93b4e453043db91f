package parley.speech.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.auth.Permission;
import parley.speech.Recordings;
import parley.speech.live.CaptionClient;
import parley.testing.ClientLibrary;
import parley.testing.Programs;
import parley.testing.TestCaller;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// The clients that the Realtime API is for, as their registries have them, with another address
/// and nothing else changed.
@Tag("slow")
@Timeout(300)
class RealtimeClientsTest {
  private static final TestServer SERVER = TestServer.shared();

  @TempDir private static Path folder;

  /// What our own dialect makes of the same sound.
  private static String said = "";

  @BeforeAll
  static void transcribe() throws Exception {
    byte[] sound =
        Recordings.converted(Recordings.recording("jfk-3s.flac"), "-f", "s16le", "-ar", "24000");
    Files.write(folder.resolve("sound.pcm"), sound);
    try (CaptionClient own =
        CaptionClient.open(
            SERVER,
            SERVER.newTenant(),
            "\"media_type\":\"audio/pcm\",\"sample_rate\":24000,\"language_hint\":\"en\"")) {
      own.send(sound, new Random(1));
      own.control("close");
      own.end();
      said = own.text();
    }
    makeKeyPair(folder.resolve("tls.p12"));
  }

  private static void makeKeyPair(Path file) throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "tls",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                "changeit",
                "-dname",
                "CN=localhost")
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(output).isZero();
  }

  private static JsonNode run(
      ClientLibrary library, String script, TestServer server, String token, String turns) {
    Map<String, String> environment = new HashMap<>();
    environment.put("BASE", server.uri("").toString());
    environment.put("TOKEN", token);
    environment.put("SOUND", folder.resolve("sound.pcm").toString());
    environment.put("KEY_PAIR", folder.resolve("tls.p12").toString());
    environment.put("TURNS", turns);
    return library.run(script, environment);
  }

  @ParameterizedTest
  @CsvSource({
    "PYTHON, openai_realtime, manual",
    "PYTHON, openai_realtime, server_vad",
    "NODE, openai_realtime, manual",
    "PYTHON, livekit_stt, ''"
  })
  void writesTheSameForEachClient(ClientLibrary library, String script, String turns) {
    JsonNode outcome = run(library, script, SERVER, SERVER.newTenant().token(), turns);

    assertThat(plain(outcome.at("/text/0").asString(""))).as("%s", outcome).isEqualTo(plain(said));
    if (outcome.has("grown")) {
      assertThat(plain(outcome.get("grown").asString())).isEqualTo(plain(said));
    }
  }

  @Test
  void writesTheSameForHomeAssistant() {
    assumeThat(Programs.hasPython("3.12")).as("wyoming_openai needs Python 3.12").isTrue();

    writesTheSameForEachClient(ClientLibrary.WYOMING, "wyoming_stt", "");
  }

  /// Punctuation and case depend on where pauses are found while sound arrives.
  private static String plain(String text) {
    return text.replaceAll("[^A-Za-z ]", "").toLowerCase(Locale.ROOT);
  }

  @Test
  void raisesTheClientsOwnExceptionForABadKey() {
    JsonNode python = run(ClientLibrary.PYTHON, "openai_realtime", SERVER, "sgk_none", "manual");
    assertThat(python.get("exception").asString()).isEqualTo("websockets.exceptions.InvalidStatus");
    assertThat(python.get("status").asInt()).isEqualTo(401);
    assertThat(python.get("error").asString()).isEqualTo("invalid_api_key");
    JsonNode node = run(ClientLibrary.NODE, "openai_realtime", SERVER, "sgk_none", "manual");
    assertThat(node.get("exception").asString()).isEqualTo("OpenAIRealtimeError");
    assertThat(node.get("error").asString()).isEqualTo("Unexpected server response: 401");
    JsonNode livekit = run(ClientLibrary.PYTHON, "livekit_stt", SERVER, "sgk_none", "");
    assertThat(livekit.get("exception").asString()).isEqualTo("WSServerHandshakeError");
    assertThat(livekit.get("status").asInt()).isEqualTo(401);
  }

  @Test
  void raisesTheClientsOwnExceptionWithoutABudget() {
    TestCaller alice = SERVER.newTenant();
    alice
        .only(Permission.OPERATOR)
        .send(
            "PATCH", "/v1/admin/tenants/" + alice.tenant().id(), "{\"speech_budget_seconds\": 0}");

    JsonNode python = run(ClientLibrary.PYTHON, "openai_realtime", SERVER, alice.token(), "manual");
    assertThat(python.get("error").asString(null)).as("%s", python).isEqualTo("insufficient_quota");
    assertThat(python.get("exception").asString())
        .isEqualTo("websockets.exceptions.ConnectionClosedError");
    assertThat(python.get("close").asInt()).isEqualTo(1008);
    JsonNode node = run(ClientLibrary.NODE, "openai_realtime", SERVER, alice.token(), "manual");
    assertThat(node.get("error").asString(null)).as("%s", node).isEqualTo("insufficient_quota");
    assertThat(node.get("exception").asString()).isEqualTo("OpenAIRealtimeError");
    assertThat(node.get("close").asInt()).isEqualTo(1008);
    JsonNode livekit = run(ClientLibrary.PYTHON, "livekit_stt", SERVER, alice.token(), "");
    assertThat(livekit.get("error").asString(null))
        .as("%s", livekit)
        .isEqualTo("insufficient_quota");
    assertThat(livekit.get("exception").asString()).isEqualTo("APIError");
  }
}
