package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.auth.Permission;
import parley.testing.Programs;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestJobs;
import parley.testing.TestServer;

@Tag("server")
class TranscriptionLoadTest {
  private static final Path RECORDING = Path.of("examples/jfk.flac");
  private static final Path SENTENCE = Recordings.recording("jfk-3s.flac");
  private static final String ECHO = "/v1/modules/scaiecho/transcribe";

  /// Three times as many as there are workers.
  private static final int MANY = 6;

  @TempDir static Path folder;

  private static Path speech = RECORDING;

  @BeforeAll
  static void makeMinutesOfSpeech() throws Exception {
    speech = folder.resolve("long.flac");
    ffmpeg("-stream_loop", "29", "-i", RECORDING.toString(), speech.toString());
  }

  @Test
  void givesBackTheBudgetOfAJobThatIsCancelled() {
    TestCaller alice = TestServer.shared().newTenant();
    // The long recording takes 330 seconds, the other one 3.
    assertThat(
            alice
                .only(Permission.OPERATOR)
                .send(
                    "PATCH",
                    "/v1/admin/tenants/" + alice.tenant().id(),
                    "{\"speech_budget_seconds\": 332}")
                .status())
        .isEqualTo(200);
    String running = TestJobs.queue(alice, speech);
    assertThat(alice.post(ECHO, new TestForm().file(SENTENCE)).status()).isEqualTo(402);

    alice.post("/v1/jobs/" + running + "/cancel");

    assertThat(alice.post(ECHO, new TestForm().file(SENTENCE)).status()).isEqualTo(200);
  }

  @Test
  void failsAPoisonedRecordingAndNoOther() throws Exception {
    TestCaller alice = TestServer.shared().newTenant();
    byte[] good = Files.readAllBytes(RECORDING);
    byte[] broken = Arrays.copyOf(good, 2000);
    Arrays.fill(broken, 100, 2000, (byte) 0xFF);
    List<String> poisoned = new ArrayList<>();
    List<String> sound = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      poisoned.add(TestJobs.queue(alice, new TestForm().file("file", "x.flac", broken)));
      sound.add(TestJobs.queue(alice, SENTENCE));
      poisoned.add(TestJobs.queue(alice, Recordings.recording("video-without-audio.mp4")));
    }

    for (String job : sound) {
      assertThat(TestJobs.status(alice, TestJobs.ended(alice, job))).isEqualTo("completed");
    }
    for (String job : poisoned) {
      Answer failed = alice.get("/v1/jobs/" + TestJobs.ended(alice, job));
      assertThat(failed.at("/data/status")).isEqualTo("failed");
      assertThat(failed.at("/data/error/code")).isEqualTo("SW_UNSUPPORTED_MEDIA");
      assertThat(failed.at("/data/error/message")).isNotEmpty();
      assertThat(failed.at("/data/started_at")).endsWith("Z");
    }
  }

  @Test
  void transcribesManyRecordingsAtATime() throws Exception {
    TestCaller alice = TestServer.shared().newTenant();
    Callable<Answer> call = () -> alice.post(ECHO, new TestForm().file(SENTENCE));
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        answers.add(callers.submit(call));
      }
      Set<String> transcripts = new TreeSet<>();
      for (Future<Answer> answer : answers) {
        assertThat(answer.get().status()).isEqualTo(200);
        transcripts.add(String.valueOf(answer.get().at("/data/transcript")));
      }
      assertThat(transcripts).as("all alike").hasSize(1);
    }
    assertThat(alice.get("/v1/admin/usage").at("/data/0/calls")).isEqualTo("" + MANY);
  }

  @Test
  void queuesASmallRecordingWhenAsked() throws Exception {
    TestCaller alice = TestServer.shared().newTenant();

    Answer queued =
        alice.post(
            ECHO,
            new TestForm().field("force_async", "True").field("temperature", "0.2").file(SENTENCE));

    assertThat(queued.status()).isEqualTo(202);
    assertThat(queued.at("/data/note")).isNotEmpty();
    String job = TestJobs.ended(alice, queued.at("/data/job_id"));
    assertThat(alice.get(ECHO + "/jobs/" + job).at("/data/status")).isEqualTo("completed");
    Answer hot = alice.post(ECHO, new TestForm().field("temperature", "warm").file(SENTENCE));
    assertThat(hot.status()).isEqualTo(422);
    assertThat(hot.at("/error/details/0/field")).isEqualTo("temperature");
    assertThat(
            alice.post(ECHO, new TestForm().field("force_async", "maybe").file(SENTENCE)).status())
        .isEqualTo(422);
  }

  private static void ffmpeg(String... arguments) throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(List.of("-v", "error", "-nostdin"));
    options.addAll(List.of(arguments));
    Process ffmpeg = Programs.ffmpeg(options).inheritIO().start();
    assertThat(ffmpeg.waitFor()).isZero();
  }
}
