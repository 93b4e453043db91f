package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.auth.Permission;
import parley.speakers.EnrolledVoices;
import parley.speech.diarisation.Conversation;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestJobs;
import parley.testing.TestServer;

/// What happens to a job that distinguishes speakers while it runs.
@Tag("server")
class DiarisedJobsTest {
  private static final String OPENAI = "/v1/audio/transcriptions";

  private final TestServer server = TestServer.shared();
  private final TestCaller alice = server.newTenant();
  private @TempDir Path folder;

  /// Long enough that something can happen meanwhile.
  private Path meeting() throws IOException {
    Conversation meeting = new Conversation();
    for (int i = 0; i < 2; i++) {
      meeting.say(Conversation.IRON, 0.4, 7, 0.3).say(Conversation.LOBSTER, 0.3, 7, 0.4);
    }
    return Recordings.wav(folder.resolve("meeting.wav"), meeting.samples());
  }

  private String sample() throws IOException {
    float[] samples = Recordings.samples("ls-1688-142285-0001.flac");
    Path file = Recordings.wav(folder.resolve("sample.wav"), Arrays.copyOf(samples, 4 * 16_000));
    return "data:audio/wav;base64," + Base64.getEncoder().encodeToString(Files.readAllBytes(file));
  }

  private TestForm withKnownSpeaker(Path file) throws IOException {
    return new TestForm()
        .field("model", "gpt-4o-transcribe-diarize")
        .field("response_format", "diarized_json")
        .field("language", "en")
        .field("known_speaker_names[]", "agent")
        .field("known_speaker_references[]", sample())
        .file(file);
  }

  private void hasBegun(String job) throws Exception {
    Eventually.holds(
        job + " has begun",
        () -> Double.parseDouble("" + alice.get("/v1/jobs/" + job).at("/data/progress")) > 0);
  }

  private void nothingIsKept() throws Exception {
    String tenant = "'" + alice.tenant().id().value() + "'";
    Eventually.holds(
        "nothing is kept", () -> server.count("from blobs where tenant_id = " + tenant) == 0);
    assertThat(server.count("from jobs where tenant_id = " + tenant + " and attachments <> '{}'"))
        .isZero();
  }

  @Test
  void namesNobodyWhoIsErasedWhileTheirVoiceIsCompared() throws Exception {
    String iron = EnrolledVoices.enrol(alice, "Iron");
    TestForm form = new TestForm().file(meeting()).field("language", "en").field("diarize", "true");
    String job = TestJobs.queue(alice, form);
    hasBegun(job);

    assertThat(alice.delete(EnrolledVoices.SPEAKERS + "/" + iron).status()).isBetween(200, 204);
    assertThat(TestJobs.status(alice, job)).as("still at work").isEqualTo("running");

    Answer result = alice.get("/v1/jobs/" + TestJobs.ended(alice, job));
    assertThat(result.at("/data/status")).isEqualTo("completed");
    assertThat(result.text()).contains("\"S2\"").doesNotContain(iron, "Iron", "score");
    assertThat(server.count("from jobs where result::text like '%" + iron + "%'")).isZero();
  }

  @Test
  void keepsNothingOfAKnownVoiceWhenItIsCancelled() throws Exception {
    TestForm form = withKnownSpeaker(meeting());
    CompletableFuture<Answer> request =
        CompletableFuture.supplyAsync(() -> alice.post(OPENAI, form));
    Eventually.holds(
        "the request is a job", () -> alice.get("/v1/jobs").at("/data/0/job_id") != null);
    String job = String.valueOf(alice.get("/v1/jobs").at("/data/0/job_id"));
    hasBegun(job);

    assertThat(alice.post("/v1/jobs/" + job + "/cancel").status()).isEqualTo(200);

    Answer answer = request.get();
    assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
    assertThat(answer.at("/error/message")).isNotEmpty();
    nothingIsKept();
  }

  @Test
  void keepsNothingOfAKnownVoiceWhenTheRecordingIsNone() throws Exception {
    Path text = Files.writeString(folder.resolve("notes.wav"), "no recording at all");

    Answer answer = alice.post(OPENAI, withKnownSpeaker(text));

    assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
    nothingIsKept();
  }

  @Test
  void isShownToWhoAskedForItAlone() throws Exception {
    String job = TestJobs.ended(alice, TestJobs.queue(alice, Path.of("examples/jfk.flac")));
    String path = "/v1/modules/scaiecho/transcribe/jobs/" + job;
    assertThat(alice.get(path).status()).isEqualTo(200);

    assertThat(alice.colleague().get(path).status()).isEqualTo(404);
    Answer elsewhere = server.newTenant().get(path);
    assertThat(elsewhere.status()).isEqualTo(404);
    assertThat(elsewhere.at("/error/code")).isEqualTo("JOB_NOT_FOUND");
    assertThat(alice.only(Permission.MEDIA_READ).get(path).status()).isEqualTo(403);
    assertThat(server.stranger().get(path).status()).isEqualTo(401);
  }
}
