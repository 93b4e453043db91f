package parley.speech.deepgram;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import parley.auth.Permission;
import parley.speech.Recordings;
import parley.testing.TestCaller;
import parley.testing.TestServer;
import parley.testing.TestSocket;
import tools.jackson.databind.JsonNode;

/// Streams as Deepgram's clients send them.
@Tag("server")
class ListenStreamTest {
  private static final String CLOSE = "{\"type\": \"CloseStream\"}";

  private final TestServer server = TestServer.shared();
  private final TestCaller alice = server.newTenant();

  private TestSocket listen(String query) {
    return TestSocket.connect(server.uri("/v1/listen" + query), alice.token());
  }

  /// The messages until the end of the stream.
  private static List<JsonNode> rest(TestSocket socket) throws Exception {
    List<JsonNode> messages = new ArrayList<>();
    for (JsonNode next = socket.jsonUnlessEnded(); next != null; next = socket.jsonUnlessEnded()) {
      messages.add(next);
    }
    return messages;
  }

  private static String text(List<JsonNode> messages) {
    return messages.stream()
        .filter(message -> message.path("is_final").asBoolean(false))
        .map(message -> message.at("/channel/alternatives/0/transcript").asString())
        .filter(said -> !said.isEmpty())
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource({"opus.webm, '', 20000", "opus.opus, &encoding=opus, 20000", "jfk-3s.flac, '', 62000"})
  void recognisesContainersByTheirFirstBytes(String recording, String encoding, int bytes)
      throws Exception {
    try (TestSocket socket = listen("?language=en" + encoding)) {
      byte[] all = Files.readAllBytes(Recordings.recording(recording));
      byte[] sound = Arrays.copyOf(all, Math.min(all.length, bytes));
      for (int at = 0; at < sound.length; at += 1000) {
        socket.send(Arrays.copyOfRange(sound, at, Math.min(sound.length, at + 1000)));
      }
      socket.send(CLOSE);

      List<JsonNode> messages = rest(socket);
      assertThat(text(messages)).containsPattern("[a-z]+ [a-z]+ [a-z]+");
      assertThat(messages.getLast().get("type").asString()).isEqualTo("Metadata");
      assertThat(socket.closeCode()).isEqualTo(1000);
    }
  }

  @Test
  void takesTelephoneSoundAndTheTokenOfAPageInABrowser() throws Exception {
    byte[] telephone =
        Recordings.converted(Path.of("examples/jfk.flac"), "-t", "3", "-ar", "8000", "-f", "mulaw");
    try (TestSocket socket =
        TestSocket.connect(
            server.uri("/v1/listen?encoding=mulaw&sample_rate=8000&language=en"),
            "token",
            alice.token())) {
      socket.send(telephone);
      // How older clients end a stream.
      socket.send(new byte[0]);

      assertThat(text(rest(socket))).contains("my fellow america");
    }
    assertThat(alice.get("/v1/admin/usage").at("/data/0/calls")).isEqualTo("1");
    assertThat(server.newTenant().get("/v1/admin/usage").json().at("/data")).isEmpty();
  }

  @Test
  void endsWithMetadataAlsoWhereNothingWasSent() throws Exception {
    try (TestSocket socket = listen("?encoding=linear16&sample_rate=16000")) {
      socket.send("{\"type\": \"Finalize\"}");
      socket.send("{\"type\": \"Configure\", \"keyterms\": []}");
      socket.send(CLOSE);

      List<JsonNode> messages = rest(socket);
      assertThat(messages.stream().map(message -> message.get("type").asString()))
          .containsExactly("ConfigureFailure", "Metadata");
      // The SHA-256 of nothing.
      assertThat(messages.getLast().get("sha256").asString()).startsWith("e3b0c44298fc1c14");
      assertThat(messages.getLast().get("duration").asDouble()).isZero();
      assertThat(messages.getLast().get("models")).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "KeepAlive, Finalize, Nonsense",
    "Finalize, Nonsense, KeepAlive",
    "Nonsense, KeepAlive, Finalize"
  })
  void answersTextThatComesBeforeTheAudioInAnyOrder(String first, String second, String third)
      throws Exception {
    try (TestSocket socket = listen("?language=en")) {
      byte[] sound = Files.readAllBytes(Recordings.recording("jfk-3s.flac"));
      socket.send(text(first));
      socket.send(text(second));
      // Too little to know what it is.
      socket.send(Arrays.copyOf(sound, 3));
      socket.send(text(third));
      socket.send(Arrays.copyOfRange(sound, 3, sound.length));
      socket.send(CLOSE);

      List<JsonNode> messages = rest(socket);
      assertThat(messages.getFirst().get("variant").asString()).isEqualTo("SchemaError");
      assertThat(text(messages)).contains("my fellow americans");
      assertThat(messages.getLast().get("type").asString()).isEqualTo("Metadata");
    }
  }

  private static String text(String type) {
    return "{\"type\": \"" + type + "\"}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "5", "{}", "{\"type\": null}", "{\"type\": [\"Finalize\"]}", "{"})
  void goesOnAfterTextThatMeansNothing(String nonsense) throws Exception {
    try (TestSocket socket = listen("?encoding=linear16&sample_rate=16000")) {
      socket.send(nonsense);
      socket.send(CLOSE);

      List<JsonNode> messages = rest(socket);
      assertThat(messages.getFirst().get("variant").asString()).isEqualTo("SchemaError");
      assertThat(messages.getFirst().get("message").asString()).isEqualTo(nonsense);
      assertThat(messages.getLast().get("type").asString()).isEqualTo("Metadata");
    }
  }

  @Test
  void namesTheModelThatWorksAndNotTheOneThatWasAskedFor() throws Exception {
    try (TestSocket socket = listen("?language=en&model=nova-3")) {
      socket.send(Files.readAllBytes(Recordings.recording("jfk-3s.flac")));
      socket.send(CLOSE);

      List<JsonNode> messages = rest(socket);
      String model = messages.getFirst().at("/metadata/model_info/name").asString();
      assertThat(alice.get("/v1/models/" + model).status()).as(model).isEqualTo(200);
      JsonNode end = messages.getLast();
      String uuid = end.at("/models/0").asString();
      assertThat(messages.getFirst().at("/metadata/model_uuid").asString()).isEqualTo(uuid);
      assertThat(end.at("/model_info/" + uuid + "/name").asString()).isEqualTo(model);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?encoding=linear16",
        "?encoding=speex&sample_rate=16000",
        "?sample_rate=fast",
        "?utterance_end_ms=1000",
        "?interim_results=true&utterance_end_ms=5",
        "?endpointing=soon",
        "?multichannel=true&channels=2",
        "?callback=https://example.org/"
      })
  void refusesInTheHandshakeWhatMakesNoSense(String query) {
    HttpResponse<?> answer = TestSocket.refusal(server.uri("/v1/listen" + query), alice.token());

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("dg-error").orElse("")).contains("'");
    assertThat(answer.headers().firstValue("dg-request-id")).isPresent();
  }

  @Test
  void admitsOnlyThoseWhoMayTranscribe() {
    assertThat(TestSocket.refusal(server.uri("/v1/listen"), null).statusCode()).isEqualTo(401);
    assertThat(refusal("/v1/listen", alice.only(Permission.MEDIA_READ))).isEqualTo(403);
    assertThat(refusal("/v1/listen?diarize=true", alice.only(Permission.TRANSCRIBE)))
        .isEqualTo(403);
  }

  private int refusal(String path, TestCaller caller) {
    return TestSocket.refusal(server.uri(path), caller.token()).statusCode();
  }
}
