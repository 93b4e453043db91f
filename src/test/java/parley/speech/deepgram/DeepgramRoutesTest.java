package parley.speech.deepgram;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.auth.Permission;
import parley.speech.Recordings;
import parley.speech.diarisation.Conversation;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// Recordings as Deepgram's clients send them.
@Tag("server")
class DeepgramRoutesTest {
  private static final Path SENTENCE = Recordings.recording("jfk-3s.flac");

  private final TestServer server = TestServer.shared();
  private final TestCaller alice = server.newTenant();

  private Answer listen(String query, Path recording) throws IOException {
    return listen("Token " + alice.token(), query, Files.readAllBytes(recording));
  }

  private Answer listen(String authorization, String query, byte[] body) {
    return server
        .stranger()
        .send(
            server
                .stranger()
                .request("/v1/listen" + query)
                .header("Authorization", authorization)
                .header("Content-Type", "audio/flac")
                .POST(BodyPublishers.ofByteArray(body)));
  }

  @Test
  void answersWithEachWordItsTimeAndItsConfidence() throws IOException {
    Answer answer =
        listen("?model=nova-3&punctuate=true&detect_language=true&tag=one&tag=two", SENTENCE);

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode metadata = answer.json().get("metadata");
    assertThat(metadata.get("request_id").asString()).isEqualTo(answer.header("X-Request-Id"));
    assertThat(metadata.get("sha256").asString()).hasSize(64);
    assertThat(metadata.get("duration").asDouble()).isBetween(2.5, 3.5);
    assertThat(metadata.get("channels").asInt()).isEqualTo(1);
    String model = metadata.at("/models/0").asString();
    assertThat(metadata.at("/model_info/" + model + "/name").asString()).contains("whisper");
    assertThat(metadata.get("tags")).hasSize(2);
    JsonNode channel = answer.json().at("/results/channels/0");
    assertThat(channel.get("detected_language").asString()).isEqualTo("en");
    JsonNode said = channel.at("/alternatives/0");
    assertThat(said.get("transcript").asString()).isEqualTo(inOurDialect(SENTENCE));
    assertThat(said.get("confidence").asDouble()).isBetween(0.5, 1.0);
    assertThat(said.get("words")).hasSize(5);
    JsonNode word = said.at("/words/4");
    assertThat(word.get("word").asString()).isEqualTo("americans");
    assertThat(word.get("punctuated_word").asString()).startsWith("Americans");
    assertThat(word.get("confidence").asDouble()).isBetween(0.5, 1.0);
    assertThat(word.get("end").asDouble()).isGreaterThan(word.get("start").asDouble());
    assertThat(word.has("speaker")).isFalse();
  }

  @Test
  void spellsKeytermsAndKeywordsAsGiven() throws IOException {
    Path recording = Recordings.recording("ls-1998-15444-0007.flac");

    for (String terms :
        List.of(
            "keyterm=%5B%22Zarathustra%22%2C%22emetic%22%5D",
            "keywords=emetic:2&keywords=tick:-5")) {
      assertThat(
              listen("?language=en&" + terms, recording)
                  .at("/results/channels/0/alternatives/0/transcript"))
          .as(terms)
          .contains("emetic");
    }
    Answer refused = listen("?keyterm=" + "x".repeat(101), recording);
    assertThat(refused.status()).as(refused.text()).isEqualTo(400);
    assertThat(refused.at("/err_code")).isNotEmpty();
  }

  /// The text of the same recording in our own dialect.
  private String inOurDialect(Path recording) {
    return String.valueOf(
        alice
            .post("/v1/modules/scaiecho/transcribe", new TestForm().file(recording))
            .at("/data/transcript"));
  }

  @Test
  void writesPlainWordsUnlessPunctuationIsAskedFor() throws IOException {
    JsonNode said = listen("", SENTENCE).json().at("/results/channels/0/alternatives/0");

    assertThat(said.get("transcript").asString()).isEqualTo("and so my fellow americans");
    assertThat(said.at("/words/0").has("punctuated_word")).isFalse();
    assertThat(said.has("paragraphs")).isFalse();
  }

  @Test
  void dividesWhatIsSaidAmongTheSpeakers(@TempDir Path folder) throws IOException {
    Path two =
        Recordings.wav(
            folder.resolve("two.wav"),
            new Conversation()
                .say(Conversation.IRON, 0.4, 5, 0.3)
                .say(Conversation.LOBSTER, 0.3, 5, 1.2)
                .samples());

    Answer answer = listen("?smart_format=true&diarize=true&utterances=true&language=en-US", two);

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode utterances = answer.json().at("/results/utterances");
    assertThat(utterances.valueStream().map(one -> one.get("speaker").asInt()))
        .startsWith(0)
        .endsWith(1);
    assertThat(utterances.get(0).propertyNames())
        .contains("start", "end", "confidence", "channel", "transcript", "words", "id");
    JsonNode paragraphs = answer.json().at("/results/channels/0/alternatives/0/paragraphs");
    assertThat(paragraphs.get("transcript").asString()).startsWith("\nSpeaker 0: ");
    assertThat(paragraphs.at("/paragraphs/0/speaker").asInt()).isZero();
    assertThat(paragraphs.at("/paragraphs/0/num_words").asInt()).isPositive();
    assertThat(paragraphs.at("/paragraphs/0/sentences/0/text").asString()).isNotEmpty();
  }

  @Test
  void transcribesEachChannelOnItsOwn(@TempDir Path folder) throws IOException {
    float[] left = Arrays.copyOf(Recordings.samples(Conversation.IRON), 16_000 * 4);
    float[] right = Recordings.samples("jfk-3s.flac");

    Answer answer =
        listen(
            "?multichannel=true&punctuate=true",
            Recordings.stereo(folder.resolve("call.wav"), left, right));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.at("/metadata/channels")).isEqualTo("2");
    assertThat(answer.json().at("/results/channels")).hasSize(2);
    assertThat(answer.at("/results/channels/1/alternatives/0/transcript"))
        .isEqualTo(inOurDialect(SENTENCE));
    assertThat(answer.at("/results/channels/0/alternatives/0/transcript"))
        .isNotEmpty()
        .doesNotContain("fellow Americans");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?punctuate=perhaps",
        "?language=klingon",
        "?utt_split=long",
        "?diarize_model=v9",
        "?callback=https://example.org/",
        "?redact=pci",
        "?summarize=v2"
      })
  void refusesWhatMakesNoSenseOrIsNotThere(String query) throws IOException {
    Answer answer = listen(query, SENTENCE);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().propertyNames())
        .containsExactlyInAnyOrder("err_code", "err_msg", "request_id");
    assertThat(answer.at("/err_code")).isEqualTo("Bad Request");
    assertThat(answer.at("/err_msg")).contains(query.substring(1, query.indexOf('=')));
    assertThat(answer.header("dg-error")).isEqualTo(answer.at("/err_msg"));
    assertThat(answer.header("dg-request-id")).isEqualTo(answer.at("/request_id"));
  }

  @Test
  void ignoresParametersThatItDoesNotKnow() throws IOException {
    assertThat(listen("?made_up=1&extra=a:b&profanity_filter=true&redact=false", SENTENCE).status())
        .isEqualTo(200);
  }

  @Test
  void refusesBodiesThatAreNoRecording() {
    byte[] noAudio = "no audio".getBytes(StandardCharsets.UTF_8);
    Answer answer = listen("Token " + alice.token(), "", noAudio);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.at("/err_code")).isEqualTo("Bad Request");

    assertThat(listen("Token " + alice.token(), "", new byte[0]).status()).isEqualTo(400);

    Answer url = alice.send("POST", "/v1/listen", "{\"url\": \"https://example.org/a.wav\"}");
    assertThat(url.status()).isEqualTo(400);
    assertThat(url.at("/err_code")).isEqualTo("REMOTE_CONTENT_ERROR");
    assertThat(alice.send("POST", "/v1/listen", "{}").status()).isEqualTo(400);
  }

  @Test
  void admitsOnlyThoseWhoMayTranscribe() throws IOException {
    byte[] recording = Files.readAllBytes(SENTENCE);
    Answer unknown = listen("Token sgk_wrong", "", recording);
    assertThat(unknown.status()).isEqualTo(401);
    assertThat(unknown.at("/err_code")).isEqualTo("INVALID_AUTH");
    assertThat(
            server
                .stranger()
                .send(
                    server
                        .stranger()
                        .request("/v1/listen")
                        .POST(BodyPublishers.ofByteArray(recording)))
                .status())
        .isEqualTo(401);

    TestCaller reader = alice.only(Permission.MEDIA_READ);
    Answer forbidden = listen("Token " + reader.token(), "", recording);
    assertThat(forbidden.status()).isEqualTo(403);
    assertThat(forbidden.at("/err_code")).isEqualTo("INSUFFICIENT_PERMISSIONS");
    TestCaller hearer = alice.only(Permission.TRANSCRIBE);
    assertThat(listen("Bearer " + hearer.token(), "?diarize=true", recording).status())
        .isEqualTo(403);
  }

  @Test
  void showsNothingToOtherTenants() throws IOException {
    assertThat(listen("", SENTENCE).status()).isEqualTo(200);

    Stream<String> jobs =
        server.newTenant().get("/v1/jobs").json().at("/data").valueStream().map(JsonNode::toString);
    assertThat(jobs).isEmpty();
    assertThat(alice.get("/v1/jobs").json().at("/data")).hasSize(1);
  }
}
