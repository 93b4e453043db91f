package parley.speech.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.auth.Permission;
import parley.speech.Recordings;
import parley.speech.relay.FaultyPeer;
import parley.testing.TestCaller;
import parley.testing.TestServer;
import parley.testing.TestSocket;
import tools.jackson.databind.JsonNode;

/// What a session of the Realtime API refuses, and how it ends.
@Tag("slow")
@Timeout(120)
class RealtimeRefusalsTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final String MANUAL =
      "\"transcription\":{\"language\":\"en\"},\"turn_detection\":null";

  private static byte[] sentence = new byte[0];

  @BeforeAll
  static void convert() throws Exception {
    sentence =
        Recordings.converted(Recordings.recording("jfk-3s.flac"), "-f", "s16le", "-ar", "24000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hello | invalid_json |",
        "[] | invalid_json |",
        "{} | missing_required_parameter | type",
        "{'type': 'dance'} | invalid_value | type",
        "{'type': 'response.create'} | invalid_value | type",
        "{'type': 'input_audio_buffer.append'} | missing_required_parameter | audio",
        "{'type': 'input_audio_buffer.append', 'audio': '%'} | invalid_value | audio",
        "{'type': 'input_audio_buffer.append', 'audio': 'AAAAA'} | invalid_value | audio",
        "{'type': 'input_audio_buffer.commit'} | input_audio_buffer_commit_empty |",
        "{'type': 'session.update', 'session': {'type': 'realtime'}} | invalid_value | session.type",
        "{'type': 'session.update', 'session': {'audio': {'input': {'format': {'type': 'audio/mpeg'}}}}}"
            + " | invalid_value | session.audio.input.format.type",
        "{'type': 'session.update', 'session': {'audio': {'input': {'format': {'type': 'audio/pcm',"
            + " 'rate': 16000}}}}} | invalid_value | session.audio.input.format.rate",
        "{'type': 'session.update', 'session': {'audio': {'input': {'transcription': {'language':"
            + " 'klingon'}}}}} | invalid_value | session.audio.input.transcription.language",
        "{'type': 'session.update', 'session': {'audio': {'input': {'turn_detection': {'type':"
            + " 'button'}}}}} | invalid_value | session.audio.input.turn_detection.type",
        "{'type': 'session.update', 'session': {'audio': {'input': {'turn_detection': {'type':"
            + " 'server_vad', 'silence_duration_ms': -1}}}}} | invalid_value |"
            + " session.audio.input.turn_detection.silence_duration_ms",
        "{'type': 'transcription_session.update', 'session': {'input_audio_format': 'mp3'}}"
            + " | invalid_value | session.input_audio_format"
      })
  void answersAnEventThatDoesNotFitWithAnErrorAndGoesOn(String event, String code, String parameter)
      throws Exception {
    try (RealtimeClient client = RealtimeClient.connect(SERVER, SERVER.newTenant())) {
      String sent = event.replace('\'', '"').replaceFirst("^\\{\"", "{\"event_id\":\"mine\",\"");
      client.send(sent);

      JsonNode error = client.socket().json();
      assertThat(error.get("type").asString()).isEqualTo("error");
      assertThat(error.get("event_id").asString()).startsWith("event_");
      assertThat(error.at("/error/type").asString()).isEqualTo("invalid_request_error");
      assertThat(error.at("/error/code").asString()).isEqualTo(code);
      assertThat(error.at("/error/param").asString(null)).isEqualTo(parameter);
      assertThat(error.at("/error/message").asString()).isNotBlank();
      assertThat(error.at("/error/event_id").asString(null))
          .isEqualTo(sent.contains("mine") ? "mine" : null);
      client.update(MANUAL);
      client.until("session.updated");
    }
  }

  @Test
  void answersANumberThatIsBeyondAllNumbersAndGoesOn() throws Exception {
    try (RealtimeClient client = RealtimeClient.connect(SERVER, SERVER.newTenant())) {
      client.update(
          "\"turn_detection\":{\"type\":\"server_vad\",\"silence_duration_ms\":1"
              + "0".repeat(400)
              + "}");
      JsonNode error = client.until("error");
      assertThat(error.at("/error/code").asString()).isEqualTo("invalid_value");
      client.update(MANUAL);
      client.until("session.updated");
    }
  }

  @Test
  void answersAnEventWithHalfACharacterAndGoesOn() throws Exception {
    try (RealtimeClient client = RealtimeClient.connect(SERVER, SERVER.newTenant())) {
      client.send("{\"type\":\"dance\",\"event_id\":\"half \\ud83d\"}");
      JsonNode error = client.socket().json();
      assertThat(error.at("/error/code").asString()).isEqualTo("invalid_value");
      assertThat(error.at("/error/event_id").asString()).isEqualTo("half \uFFFD");
      client.update(MANUAL);
      client.until("session.updated");
    }
  }

  @Test
  void answersBinaryMessagesAndOverlongEventsWithAnErrorAndGoesOn() throws Exception {
    try (RealtimeClient client = RealtimeClient.connect(SERVER, SERVER.newTenant())) {
      client.socket().send(new byte[10_000]);
      assertThat(client.socket().json().at("/error/code").asString()).isEqualTo("invalid_json");
      client.send("{\"type\":\"session.update\",\"filler\":\"" + "x".repeat(70_000) + "\"}");
      assertThat(client.socket().json().at("/error/code").asString()).isEqualTo("invalid_value");
      client.update(MANUAL);
      client.until("session.updated");
    }
  }

  @Test
  void refusesTheHandshakeAsOpenAiDoes() {
    TestCaller alice = SERVER.newTenant();
    URI address = SERVER.uri(RealtimeClient.PATH);
    assertThat(TestSocket.refusal(address, null).statusCode()).isEqualTo(401);
    assertThat(TestSocket.refusal(address, "sgk_none").statusCode()).isEqualTo(401);
    String other = alice.only(Permission.MEDIA_READ).token();
    assertThat(TestSocket.refusal(address, other).statusCode()).isEqualTo(403);
    URI wrong = SERVER.uri(RealtimeClient.PATH + "?intent=conversation");
    assertThat(TestSocket.refusal(wrong, alice.token()).statusCode()).isEqualTo(400);
  }

  @Test
  void takesTheKeyOfABrowserFromTheSubprotocolAndDoesNotRepeatIt() throws Exception {
    String token = SERVER.newTenant().token();
    URI address = URI.create(SERVER.uri("/v1/realtime").toString().replaceFirst("^http", "ws"));
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .subprotocols("realtime", "openai-insecure-api-key." + token)
            .buildAsync(address, new WebSocket.Listener() {})
            .get(30, TimeUnit.SECONDS);
    assertThat(socket.getSubprotocol()).isEqualTo("realtime");
    socket.abort();

    assertThatThrownBy(() ->
            HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("realtime", "openai-insecure-api-key.sgk_none")
                .buildAsync(address, new WebSocket.Listener() {})
                .get(30, TimeUnit.SECONDS))
        .hasRootCauseMessage("Unexpected HTTP response status code 401");
  }

  @Test
  void endsASessionWhoseKeyIsRevoked() throws Exception {
    TestCaller key = SERVER.newTenant().only(Permission.TRANSCRIBE);
    try (RealtimeClient client = RealtimeClient.open(SERVER, key, MANUAL)) {
      client.append(sentence, 48_000);
      SERVER.revokeKey(key);
      JsonNode error = client.socket().json();
      assertThat(error.at("/error/code").asString()).isEqualTo("invalid_api_key");
      assertThat(client.socket().closeCode()).isEqualTo(1008);
    }
  }

  @Test
  void tellsWhichItemGetsNoTextWhenTheBackendFails() throws Exception {
    Map<String, String> settings = new HashMap<>(Map.of("relay.attempts", "1"));
    try (FaultyPeer peer = new FaultyPeer(FaultyPeer.Way.FAILS)) {
      settings.put("relay.base_url", peer.baseUrl().toString());
      try (TestServer relaying = TestServer.start(settings)) {
        TestCaller bob = relaying.newTenant();
        bob.send(
            "PUT",
            "/v1/modules/scaiecho/tenant-policy",
            "{\"allowed_backends\":\"B\",\"default_backend\":\"B\"}");
        try (RealtimeClient client = RealtimeClient.open(relaying, bob, MANUAL)) {
          client.append(sentence, 48_000);
          client.event("input_audio_buffer.commit");
          String item = client.until("input_audio_buffer.committed").get("item_id").asString();
          JsonNode failed = client.until("conversation.item.input_audio_transcription.failed");
          assertThat(failed.get("item_id").asString()).isEqualTo(item);
          assertThat(failed.at("/error/code").asString()).isEqualTo("backend_error");
          JsonNode error = client.socket().json();
          assertThat(error.at("/error/type").asString()).isEqualTo("server_error");
          assertThat(client.socket().closeCode()).isEqualTo(1011);
        }
      }
    }
  }
}
