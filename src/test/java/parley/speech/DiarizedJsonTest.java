package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.auth.Permission;
import parley.speakers.EnrolledVoices;
import parley.speech.diarisation.Conversation;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Speakers as OpenAI's clients ask for them.
@Tag("server")
class DiarizedJsonTest {
  private static final String PATH = "/v1/audio/transcriptions";
  private static @TempDir Path folder;
  private static Path recording;
  private static String sample;

  private final TestServer server = TestServer.shared();
  private final TestCaller alice = server.newTenant();

  @BeforeAll
  static void record() throws IOException {
    recording =
        Recordings.wav(
            folder.resolve("two.wav"),
            new Conversation()
                .say(Conversation.IRON, 0.4, 5, 0.3)
                .say(Conversation.LOBSTER, 0.3, 5, 0.4)
                .samples());
    sample = sample(4);
  }

  /// The first speaker, saying something else.
  private static String sample(int seconds) throws IOException {
    float[] samples = Recordings.samples("ls-1688-142285-0001.flac");
    Path file =
        Recordings.wav(folder.resolve("sample.wav"), Arrays.copyOf(samples, seconds * 16_000));
    return "data:audio/wav;base64," + Base64.getEncoder().encodeToString(Files.readAllBytes(file));
  }

  /// Fields before the file, as OpenAI's clients send them.
  private static TestForm form(String... namesAndReferences) {
    TestForm form =
        new TestForm()
            .field("model", "gpt-4o-transcribe-diarize")
            .field("response_format", "diarized_json")
            .field("chunking_strategy", "auto")
            .field("language", "en");
    for (int i = 0; i < namesAndReferences.length; i += 2) {
      form.field("known_speaker_names[]", namesAndReferences[i])
          .field("known_speaker_references[]", namesAndReferences[i + 1]);
    }
    return form.file(recording);
  }

  @Test
  void callsUnknownSpeakersByLetters() {
    Answer answer = alice.post(PATH, form());

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.propertyNames())
        .containsExactlyInAnyOrder("task", "duration", "text", "segments", "usage");
    JsonNode segments = json.get("segments");
    assertThat(segments.get(0).propertyNames())
        .containsExactlyInAnyOrder("type", "id", "start", "end", "speaker", "text");
    assertThat(segments.valueStream().map(segment -> segment.get("speaker").asString()).distinct())
        .containsExactly("A", "B");
    assertThat(segments.at("/0/type").asString()).isEqualTo("transcript.text.segment");
    assertThat(segments.at("/0/id").asString()).isEqualTo("seg_1");
  }

  @Test
  void namesKnownSpeakersWhileItStreamsAndKeepsNothingOfTheirVoices() {
    Answer answer = alice.post(PATH, form("agent", sample).field("stream", "true"));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    List<JsonNode> events =
        Stream.of(answer.text().split("\n\n"))
            .map(event -> JsonMapper.shared().readTree(event.substring("data: ".length())))
            .toList();
    assertThat(events.getLast().get("type").asString()).isEqualTo("transcript.text.done");
    assertThat(
            events.stream()
                .filter(event -> event.get("type").asString().equals("transcript.text.segment"))
                .map(event -> event.get("speaker").asString())
                .distinct())
        .containsExactly("agent", "A");
    String tenant = "'" + alice.tenant().id().value() + "'";
    assertThat(server.count("from jobs where tenant_id = " + tenant + " and attachments <> '{}'"))
        .isZero();
    assertThat(server.count("from blobs where tenant_id = " + tenant)).isZero();
  }

  @Test
  void callsNobodyByALetterThatIsTheNameOfSomebodyElse() {
    Answer answer = alice.post(PATH, form("A", sample));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(
            answer
                .json()
                .get("segments")
                .valueStream()
                .map(segment -> segment.get("speaker").asString())
                .distinct())
        .containsExactly("A", "B");
  }

  @Test
  void refusesKnownSpeakersThatCannotBeAndSaysWhy() throws Exception {
    String field = "known_speaker_references[]";
    assertThat(refused(form("agent", "https://example.com/a.wav")).at("/error/param"))
        .isEqualTo(field);
    assertThat(refused(form("agent", "data:audio/wav;base64,AAAA")).at("/error/param"))
        .isEqualTo(field);
    assertThat(refused(form("agent", "data:audio/wav;base64,A")).at("/error/param"))
        .as("base64 that breaks off")
        .isEqualTo(field);
    assertThat(refused(form("agent", sample, "caller", sample)).at("/error/param"))
        .isEqualTo(field);
    for (String name : List.of("two\nlines", "n".repeat(201))) {
      assertThat(refused(form(name, sample)).at("/error/param")).isEqualTo("known_speaker_names[]");
    }
    assertThat(refused(form("agent", sample(1))).at("/error/message")).contains("2 to 10 seconds");
    assertThat(refused(form("agent", sample).field("known_speaker_names[]", "x")).at("/error/code"))
        .isEqualTo("invalid_value");
  }

  private Answer refused(TestForm form) {
    Answer answer = alice.post(PATH, form);
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    return answer;
  }

  @Test
  void respectsThePolicyAndThePermission() {
    alice.send("PATCH", EnrolledVoices.POLICY, "{\"naming\": \"off\"}");
    Answer forbidden = alice.post(PATH, form("agent", sample));
    assertThat(forbidden.status()).isEqualTo(403);
    assertThat(forbidden.at("/error/code")).isEqualTo("speaker_policy_forbids");

    Answer denied = alice.only(Permission.TRANSCRIBE).post(PATH, form());
    assertThat(denied.status()).isEqualTo(403);
    assertThat(denied.at("/error/code")).isEqualTo("insufficient_permissions");
    assertThat(server.stranger().post(PATH, form()).status()).isEqualTo(401);
  }
}
