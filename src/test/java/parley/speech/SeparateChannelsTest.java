package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

/// Calls with a voice per channel.
@Tag("server")
class SeparateChannelsTest {
  private static final String ECHO = "/v1/modules/scaiecho/transcribe";

  private final TestCaller alice = TestServer.shared().newTenant();

  private static TestForm form(Path file) {
    return new TestForm()
        .file(file)
        .field("language_hint", "en")
        .field("diarize", "true")
        .field("channels", "separate");
  }

  @Test
  void takesEachChannelForOneSpeakerAlsoWhileBothSpeak(@TempDir Path folder) throws Exception {
    String iron = EnrolledVoices.enrol(alice, "Iron");
    float[] late = new float[16_000 * 8];
    float[] said = Arrays.copyOf(Recordings.samples(Conversation.IRON), 16_000 * 5);
    System.arraycopy(said, 0, late, 16_000 * 3, said.length);
    float[] first = Arrays.copyOf(Recordings.samples(Conversation.LOBSTER), 16_000 * 6);

    Answer answer = alice.post(ECHO, form(Recordings.stereo(folder.resolve("c.wav"), late, first)));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode speakers = answer.json().at("/data/speakers");
    assertThat(speakers).hasSize(2);
    assertThat(speakers.get(0).has("id")).isFalse();
    assertThat(speakers.at("/1/label").asString()).isEqualTo("S2");
    assertThat(speakers.at("/1/id").asString()).isEqualTo(iron);
    JsonNode segments = answer.json().at("/data/segments");
    assertThat(segments.at("/0/speaker/label").asString()).isEqualTo("S1");
    assertThat(segments.valueStream().map(s -> s.at("/speaker/id").asString(""))).contains(iron);
    assertThat(segments.valueStream().map(s -> s.get("start").asDouble())).isSorted();
    assertThat(answer.at("/data/audio_duration_ms")).isEqualTo("8000");
    assertThat(alice.get("/v1/admin/usage").at("/data/0/audio_seconds"))
        .as("each channel is transcribed")
        .isEqualTo("16.0");
  }

  @Test
  void setsAsideTheLengthOfAllChannels(@TempDir Path folder) throws Exception {
    alice
        .only(Permission.OPERATOR)
        .send(
            "PATCH", "/v1/admin/tenants/" + alice.tenant().id(), "{\"speech_budget_seconds\": 15}");
    float[] side = new float[16_000 * 8];
    Path call = Recordings.stereo(folder.resolve("c.wav"), side, side);

    Answer answer = alice.post(ECHO, form(call).field("force_async", "true"));

    assertThat(answer.status()).as(answer.text()).isEqualTo(402);
    assertThat(answer.at("/error/code")).isEqualTo("BUDGET_EXCEEDED");
  }

  @Test
  void refusesMoreChannelsThanACallHas(@TempDir Path folder) throws Exception {
    byte[] many =
        Recordings.converted(
            Path.of("examples/jfk.flac"),
            "-t",
            "2",
            "-af",
            "aformat=channel_layouts=hexadecagonal",
            "-f",
            "wav");
    Path file = Files.write(folder.resolve("many.wav"), many);

    Answer answer = alice.post(ECHO, form(file));

    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.at("/error/code")).isEqualTo("VALIDATION_ERROR");
    assertThat(answer.at("/error/message")).contains("16 channels", "at most 8");
  }
}
