package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.auth.Permission;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The forms are those that OpenAI's Python client sends: fields before the file, lists as
/// `name[]`.
@Tag("server")
class OpenAiRoutesTest {
  private static final String PATH = "/v1/audio/transcriptions";
  private static final String SPOKEN = "(?is)And so,? my fellow Americans.*for your country\\.";
  private static final String SENTENCE = "(?i)And so,? my fellow Americans\\.?";

  private final TestCaller alice = TestServer.shared().newTenant();

  @Test
  void answersTheTextAlone() {
    Answer answer = alice.post(PATH, form());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.at("/text")).matches(SPOKEN);
    assertThat(answer.at("/usage/type")).isEqualTo("duration");
    assertThat(answer.at("/usage/seconds")).isEqualTo("11");
    assertThat(alice.post("/oai" + PATH, sentence()).at("/text")).matches(SENTENCE);
  }

  @Test
  void answersAllItKnowsWhenAskedVerbosely() {
    Answer answer =
        alice.post(
            PATH,
            form()
                .field("response_format", "verbose_json")
                .field("language", "en")
                .field("temperature", "0.2")
                .field("prompt", "A speech")
                .field("timestamp_granularities[]", "segment")
                .field("timestamp_granularities[]", "word"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.at("/task")).isEqualTo("transcribe");
    assertThat(answer.at("/language")).isEqualTo("english");
    assertThat(answer.at("/duration")).isEqualTo("11.0");
    JsonNode segment = answer.json().at("/segments/0");
    assertThat(segment.propertyNames())
        .contains(
            "id",
            "seek",
            "start",
            "end",
            "text",
            "tokens",
            "temperature",
            "avg_logprob",
            "compression_ratio",
            "no_speech_prob");
    assertThat(segment.get("end").asDouble()).isBetween(1.0, 11.0);
    assertThat(segment.get("avg_logprob").asDouble()).isBetween(-1.0, -0.001);
    assertThat(segment.get("no_speech_prob").asDouble()).isBetween(0.0, 0.6);
    assertThat(segment.get("compression_ratio").asDouble()).isBetween(0.5, 2.4);
    // " And", " so", " my" in Whisper's multilingual vocabulary.
    assertThat(segment.get("tokens").values().stream().map(JsonNode::asInt))
        .startsWith(400, 370, 452);
    assertThat(answer.json().get("words")).hasSize(22);
    assertThat(answer.at("/words/21/word")).isEqualTo("country.");
  }

  @Test
  void leavesOutSegmentsWhenOnlyWordsAreWanted() {
    Answer answer =
        alice.post(
            PATH,
            sentence()
                .field("response_format", "verbose_json")
                .field("timestamp_granularities[]", "word"));

    assertThat(answer.json().has("segments")).isFalse();
    assertThat(answer.json().has("words")).isTrue();
  }

  @Test
  void answersTextAndCaptionsBare() throws Exception {
    assertThat(alice.post(PATH, sentence().field("response_format", "text")).text().strip())
        .matches(SENTENCE);
    assertThat(
            Subtitles.read(
                "srt", alice.post(PATH, sentence().field("response_format", "srt")).text()))
        .isNotEmpty();
    assertThat(
            Subtitles.read(
                "webvtt", alice.post(PATH, sentence().field("response_format", "vtt")).text()))
        .isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "timestamp_granularities[0], auto",
    "timestamp_granularities[1], english",
    "timestamp_granularities, eng",
    "timestamp_granularities[], en-US"
  })
  void takesListsAndLanguagesAsClientsWriteThem(String list, String language) {
    Answer answer =
        alice.post(
            PATH,
            sentence()
                .field("response_format", "verbose_json")
                .field("language", language)
                .field(list, "word"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.at("/language")).isEqualTo("english");
    assertThat(answer.json().at("/words")).hasSize(5);
    assertThat(answer.json().has("segments")).isFalse();
  }

  @Test
  void answersAsEventsWhenTheClientStreams() {
    Answer answer = alice.post(PATH, form().field("stream", "true"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).startsWith("text/event-stream");
    StringBuilder said = new StringBuilder();
    List<JsonNode> events =
        Stream.of(answer.text().split("\n\n"))
            .map(event -> JsonMapper.shared().readTree(event.substring("data: ".length())))
            .toList();
    for (JsonNode event : events.subList(0, events.size() - 1)) {
      assertThat(event.get("type").asString()).isEqualTo("transcript.text.delta");
      said.append(event.get("delta").asString());
    }
    assertThat(events.getLast().get("type").asString()).isEqualTo("transcript.text.done");
    assertThat(events.getLast().get("text").asString()).matches(SPOKEN).isEqualTo(said.toString());
    assertThat(events.getLast().at("/usage/type").asString()).isEqualTo("duration");
    assertThat(events.getLast().at("/usage/seconds").asInt()).isEqualTo(11);
  }

  @Test
  void refusesAsOpenAiDoes() {
    Answer format = alice.post(PATH, form().field("response_format", "xml"));
    assertThat(format.status()).isEqualTo(400);
    assertThat(format.at("/error/type")).isEqualTo("invalid_request_error");
    assertThat(format.at("/error/param")).isEqualTo("response_format");
    assertThat(format.json().at("/error").propertyNames())
        .containsExactlyInAnyOrder("message", "type", "param", "code");

    Answer noFile = alice.post(PATH, new TestForm().field("model", "whisper-1"));
    assertThat(noFile.status()).isEqualTo(400);
    assertThat(noFile.at("/error/param")).isEqualTo("file");

    Answer noAudio =
        alice.post(
            PATH,
            new TestForm().file("file", "a.wav", "no audio".getBytes(StandardCharsets.UTF_8)));
    assertThat(noAudio.status()).isEqualTo(400);
    assertThat(noAudio.at("/error/code")).isEqualTo("unsupported_media");

    Answer hot = alice.post(PATH, form().field("temperature", "7"));
    assertThat(hot.at("/error/param")).isEqualTo("temperature");
    Answer stranger = alice.withToken("sk-wrong").post(PATH, form());
    assertThat(stranger.status()).isEqualTo(401);
    assertThat(stranger.at("/error/code")).isEqualTo("invalid_api_key");
    assertThat(alice.only(Permission.MEDIA_READ).post(PATH, form()).status()).isEqualTo(403);
  }

  private static TestForm sentence() {
    return new TestForm().field("model", "whisper-1").file(Recordings.recording("jfk-3s.flac"));
  }

  private static TestForm form() {
    return new TestForm().field("model", "whisper-1").file(Path.of("examples/jfk.flac"));
  }
}
