package parley.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.speech.Recordings;
import parley.testing.Eventually;
import parley.testing.Programs;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestJobs;
import parley.testing.TestServer;

/// How jobs share workers, stop and survive crashes, with transcriptions as their work.
@Tag("server")
class JobQueueTest {
  private static final Path RECORDING = Path.of("examples/jfk.flac");
  private static final Path SENTENCE = Recordings.recording("jfk-3s.flac");
  private static final String ECHO = "/v1/modules/scaiecho/transcribe";
  private static final int MANY = 6;

  @TempDir static Path folder;

  private static Path speech = RECORDING;

  @BeforeAll
  static void makeMinutesOfSpeech() throws Exception {
    speech = folder.resolve("long.flac");
    ffmpeg("-stream_loop", "29", "-i", RECORDING.toString(), speech.toString());
  }

  @Test
  void tellsHowFarAJobIs() throws Exception {
    TestCaller alice = TestServer.shared().newTenant();
    String path = "/v1/jobs/" + TestJobs.queue(alice, speech);
    Set<Double> seen = new TreeSet<>();

    Eventually.holds(
        "the job is seen at three places",
        () -> {
          seen.add(alice.get(path).json().at("/data/progress").asDouble());
          return seen.stream().filter(share -> share > 0 && share < 1).count() >= 3;
        });

    assertThat(alice.get(path).at("/data/started_at")).endsWith("Z");
    alice.post(path + "/cancel");
  }

  @Test
  void stopsARunningJobThatIsCancelledAndKeepsNothingOfIt() throws Exception {
    try (TestServer own = TestServer.start(Map.of("jobs.workers", "1"))) {
      TestCaller alice = own.newTenant();
      String running = "/v1/jobs/" + TestJobs.queue(alice, speech);
      String waiting = "/v1/jobs/" + TestJobs.queue(alice, speech);
      Eventually.holds(
          "the job has begun", () -> alice.get(running).json().at("/data/progress").asDouble() > 0);
      assertThat(alice.get(waiting).at("/data/status")).isEqualTo("queued");
      assertThat(alice.colleague().post(running + "/cancel").status()).isEqualTo(404);

      assertThat(alice.post(waiting + "/cancel").at("/data/status")).isEqualTo("cancelled");
      assertThat(alice.post(running + "/cancel").at("/data/status")).isEqualTo("cancelled");

      Answer again = alice.post(running + "/cancel");
      assertThat(again.status()).isEqualTo(409);
      assertThat(again.at("/error/code")).isEqualTo("SW_JOB_FINISHED");
      // The one worker is free again, long before the recordings could have been done.
      String next = "/v1/jobs/" + TestJobs.ended(alice, TestJobs.queue(alice, SENTENCE));
      assertThat(alice.get(next).at("/data/status")).isEqualTo("completed");
      Answer cancelled = alice.get(running);
      assertThat(cancelled.at("/data/status")).isEqualTo("cancelled");
      assertThat(cancelled.at("/data/started_at")).endsWith("Z");
      assertThat(alice.get(waiting).at("/data/started_at")).isNull();
      Eventually.holds("the recordings are gone", () -> own.storedFiles().isEmpty());
      assertThat(alice.get("/v1/admin/usage").at("/data/0/calls")).isEqualTo("1");
    }
  }

  @Test
  void letsNoTenantsQueueStandBeforeAnothers() throws Exception {
    // With one worker no tenant has a job running when the next is chosen.
    try (TestServer own = TestServer.start(Map.of("jobs.workers", "1"))) {
      TestCaller busy = own.newTenant();
      TestCaller modest = own.newTenant();
      List<String> queued = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        queued.add(TestJobs.queue(busy, SENTENCE));
      }

      TestJobs.ended(modest, TestJobs.queue(modest, SENTENCE));

      long left =
          queued.stream().filter(job -> TestJobs.status(busy, job).equals("queued")).count();
      assertThat(left).as("jobs of the other tenant that still wait").isPositive();
      for (String job : queued) {
        assertThat(TestJobs.status(busy, TestJobs.ended(busy, job))).isEqualTo("completed");
      }
      assertThat(busy.get("/v1/admin/usage").at("/data/0/calls")).isEqualTo("" + MANY);
    }
  }

  @Test
  void letsNobodyWaitForTheEndOfAnotherTenantsLongRecordings() throws Exception {
    try (TestServer own = TestServer.start(Map.of("jobs.workers", "1"))) {
      TestCaller busy = own.newTenant();
      TestCaller modest = own.newTenant();
      String running = TestJobs.queue(busy, speech);
      String waiting = TestJobs.queue(busy, speech);
      Eventually.holds("one has begun", () -> TestJobs.status(busy, running).equals("running"));

      String job = TestJobs.ended(modest, TestJobs.queue(modest, SENTENCE));

      assertThat(TestJobs.status(modest, job)).isEqualTo("completed");
      assertThat(TestJobs.status(busy, running)).isEqualTo("running");
      assertThat(TestJobs.status(busy, waiting)).isEqualTo("queued");
      busy.post("/v1/jobs/" + waiting + "/cancel");
      busy.post("/v1/jobs/" + running + "/cancel");
    }
  }

  @Test
  void answersARequestWhileLongRecordingsHoldAllWorkers() throws Exception {
    try (TestServer own = TestServer.start(Map.of("jobs.workers", "1"))) {
      TestCaller alice = own.newTenant();
      String running = TestJobs.queue(alice, speech);
      Eventually.holds(
          "the job has begun", () -> TestJobs.status(alice, running).equals("running"));

      Answer answer = alice.post(ECHO, new TestForm().file(SENTENCE));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(TestJobs.status(alice, running)).isEqualTo("running");
      alice.post("/v1/jobs/" + running + "/cancel");
    }
  }

  @Test
  void answersWhoWaitsForALongRecordingWhenTheServerStops() throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Answer> echo;
      Future<Answer> openAi;
      try (TestServer stopping =
          TestServer.start(
              Map.of("server.drain_seconds", "0", "speech.inline_max_bytes", "100000000"))) {
        TestCaller alice = stopping.newTenant();
        echo = callers.submit(() -> alice.post(ECHO, new TestForm().file(speech)));
        openAi =
            callers.submit(
                () -> alice.post("/v1/audio/transcriptions", new TestForm().file(speech)));
        Eventually.holds(
            "both have begun", () -> "2".equals(alice.get("/v1/jobs").at("/meta/total")));
      }

      assertThat(echo.get().status()).isEqualTo(202);
      assertThat(echo.get().at("/data/job_id")).startsWith("job-");
      assertThat(openAi.get().status()).isEqualTo(503);
      assertThat(openAi.get().header("Retry-After")).isNotNull();
    }
  }

  @Test
  void runsTheJobsOfADeadNodeOnceMoreAndGivesUpThoseThatKeepKillingNodes() throws Exception {
    try (TestServer front = TestServer.start(Map.of("server.roles", "api"))) {
      TestCaller alice = front.newTenant();
      String interrupted = TestJobs.queue(alice, SENTENCE);
      String deadly = TestJobs.queue(alice, SENTENCE);
      // As two nodes leave them that are killed while they work on them.
      front.execute(
          "update jobs set status = 'running', attempts = 1, execution = cast(id as text)");
      front.execute("update jobs set crashes = 1 where id = '" + bare(deadly) + "'");
      front.execute("update jobs set execution = 'job-' || execution");

      try (TestServer _ = TestServer.beside(front, Map.of("server.roles", "worker,speech"))) {
        assertThat(TestJobs.status(alice, TestJobs.ended(alice, interrupted)))
            .isEqualTo("completed");
        Answer given = alice.get("/v1/jobs/" + TestJobs.ended(alice, deadly));
        assertThat(given.at("/data/status")).isEqualTo("failed");
        assertThat(given.at("/data/error/code")).isEqualTo("SW_JOB_ABANDONED");
      }
      assertThat(front.count("from jobs where sha256 is not null")).isZero();
    }
  }

  private static String bare(String job) {
    return job.substring("job-".length());
  }

  private static void ffmpeg(String... arguments) throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(List.of("-v", "error", "-nostdin"));
    options.addAll(List.of(arguments));
    Process ffmpeg = Programs.ffmpeg(options).inheritIO().start();
    assertThat(ffmpeg.waitFor()).isZero();
  }
}
