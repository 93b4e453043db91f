package parley.speech;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
  void sendsEachSegmentWhileTheRestIsStillBeingRecognised(@TempDir Path folder) throws Exception {
    Path spaced = Recordings.wav(folder.resolve("spaced.wav"), sentences());
    TestForm form =
        new TestForm()
            .field("model", "whisper-1")
            .field("stream", "true")
            .field("include[]", "logprobs")
            .field("language", "en")
            .file(spaced);
    List<JsonNode> events = new ArrayList<>();
    try (Stream<String> lines =
        alice.lines(
            alice
                .request(PATH)
                .header("Content-Type", form.contentType())
                .POST(BodyPublishers.ofByteArray(form.bytes())))) {
      for (String line : (Iterable<String>) lines.filter(line -> !line.isEmpty())::iterator) {
        if (events.isEmpty()) {
          assertThat(alice.get("/v1/jobs").at("/data/0/status")).isEqualTo("running");
        }
        events.add(JsonMapper.shared().readTree(line.substring("data: ".length())));
      }
    }

    JsonNode done = events.removeLast();
    assertThat(events)
        .extracting(event -> event.at("/type").asString())
        .hasSizeGreaterThanOrEqualTo(3)
        .containsOnly("transcript.text.delta");
    assertThat(done.at("/type").asString()).isEqualTo("transcript.text.done");
    assertThat(done.at("/usage/type").asString()).isEqualTo("duration");
    assertThat(done.at("/usage/seconds").asInt()).isEqualTo(22);
    String text = done.at("/text").asString();
    assertThat(events.stream().map(event -> event.at("/delta").asString()).collect(joining()))
        .isEqualTo(text);
    assertThat(tokens(done)).isEqualTo(text);
    assertThat(events.stream().map(OpenAiRoutesTest::tokens).collect(joining())).isEqualTo(text);
  }

  @Test
  void beginsNoStreamWhereThereIsNothingToHear() {
    Answer answer =
        alice.post(
            PATH,
            new TestForm()
                .field("model", "whisper-1")
                .field("stream", "true")
                .file("file", "a.wav", "no audio".getBytes(StandardCharsets.UTF_8)));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.at("/error/code")).isEqualTo("unsupported_media");
  }

  @Test
  void tellsHowLikelyEachTokenIs() {
    Answer answer = alice.post(PATH, sentence().field("include[]", "logprobs"));

    JsonNode tokens = answer.json().get("logprobs");
    assertThat(tokens.valueStream().map(token -> token.get("logprob").asDouble()))
        .hasSizeGreaterThanOrEqualTo(5)
        .allSatisfy(probability -> assertThat(probability).isBetween(-5.0, 0.0))
        .anySatisfy(probability -> assertThat(probability).isBetween(-0.5, -0.0001));
    assertThat(tokens.valueStream().map(token -> token.get("token").asString()).collect(joining()))
        .isEqualTo(answer.at("/text"));
    assertThat(tokens.at("/0/bytes").toString()).isEqualTo("[65,110,100]");
    assertThat(alice.post(PATH, sentence()).json().has("logprobs")).isFalse();
  }

  @Test
  void translatesIntoEnglish() {
    TestForm spanish =
        new TestForm()
            .field("model", "whisper-1")
            .field("response_format", "verbose_json")
            .file(Recordings.recording("mls-13697_11991_000000.flac"));

    Answer answer = alice.post("/v1/audio/translations", spanish);

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.at("/task")).isEqualTo("translate");
    assertThat(answer.at("/language")).isEqualTo("english");
    assertThat(answer.at("/text")).containsPattern("(?i)\\b(the|of|and|that)\\b");
    assertThat(answer.json().at("/segments")).isNotEmpty();
    assertThat(answer.json().at("/segments/0/end").asDouble()).isBetween(0.5, 30.0);
  }

  @Test
  void leavesEnglishAsItIsWhenItTranslates() {
    assertThat(alice.post("/oai/v1/audio/translations", sentence()).at("/text")).matches(SENTENCE);
    assertThat(
            alice
                .post(
                    "/v1/audio/translations", sentence().field("response_format", "diarized_json"))
                .at("/error/param"))
        .isEqualTo("response_format");
  }

  @Test
  void listsTheModelsThatItAccepts() {
    JsonNode models = alice.get("/v1/models").json();
    assertThat(models.get("object").asString()).isEqualTo("list");
    List<String> ids =
        models.get("data").valueStream().map(model -> model.get("id").asString()).toList();
    assertThat(ids).contains("whisper-1").hasSizeGreaterThanOrEqualTo(2);
    for (String id : ids) {
      Answer model = alice.get("/v1/models/" + id);
      assertThat(model.at("/id")).isEqualTo(id);
      assertThat(model.json().propertyNames())
          .containsExactlyInAnyOrder("id", "object", "created", "owned_by");
    }
    Answer unknown = alice.get("/oai/v1/models/gpt-9");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.at("/error/code")).isEqualTo("model_not_found");
    assertThat(alice.only(Permission.MEDIA_READ).get("/v1/models").status()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "include[], tokens",
    "chunking_strategy, manual",
    "'languages[]', klingon",
    "'timestamp_granularities[]', letter"
  })
  void refusesWhatItCannotDo(String field, String value) {
    Answer answer = alice.post(PATH, sentence().field(field, value));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.at("/error/param")).isEqualTo(field);
  }

  @Test
  void refusesCombinationsThatContradictEachOther() {
    assertThat(
            alice
                .post(PATH, sentence().field("stream", "true").field("response_format", "srt"))
                .at("/error/param"))
        .isEqualTo("stream");
    assertThat(
            alice
                .post(
                    PATH, sentence().field("include[]", "logprobs").field("response_format", "vtt"))
                .at("/error/param"))
        .isEqualTo("include[]");
    assertThat(
            alice
                .post(
                    PATH,
                    sentence()
                        .field("chunking_strategy", "{\"type\": \"server_vad\", \"threshold\": 1}"))
                .at("/error/param"))
        .isEqualTo("chunking_strategy");
  }

  private static String tokens(JsonNode event) {
    return event
        .at("/logprobs")
        .valueStream()
        .map(t -> t.get("token").asString())
        .collect(joining());
  }

  /// The same sentence four times, with pauses so long that each is recognised on its own.
  private static float[] sentences() throws IOException {
    float[] sentence = Recordings.samples("jfk-3s.flac");
    float[] all = new float[22 * 16_000];
    for (int i = 0; i < 4; i++) {
      System.arraycopy(sentence, 0, all, (i * 11 / 2) * 16_000, sentence.length);
    }
    return all;
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
