package parley.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestJobs;
import parley.testing.TestServer;

/// Asking for jobs over HTTP.
@Tag("server")
class JobRoutesTest {
  @Test
  void listsAUsersJobsPageByPage() {
    TestCaller carol = TestServer.shared().newTenant();
    List<String> queued = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Answer answer = carol.post("/v1/transcribe", new TestForm().file(Path.of("pom.xml")));
      queued.addFirst(String.valueOf(answer.at("/data/job_id")));
    }

    Answer first = carol.get("/v1/jobs?limit=2");
    assertThat(first.at("/meta/total")).isEqualTo("3");
    Answer second = carol.get("/v1/jobs?limit=2&cursor=" + first.at("/meta/next_cursor"));
    assertThat(second.json().at("/meta/next_cursor").isNull()).isTrue();
    List<String> listed = new ArrayList<>();
    for (Answer page : List.of(first, second)) {
      page.json().at("/data").forEach(job -> listed.add(job.get("job_id").asString()));
    }
    assertThat(listed).isEqualTo(queued);
    assertThat(carol.colleague().get("/v1/jobs").json().get("data")).isEmpty();
    assertThat(carol.get("/v1/jobs?cursor=none").status()).isEqualTo(400);
  }

  /// Together the transcripts are larger than the heap.
  @Test
  void listsJobsHoweverLongTheirTranscriptsAre() {
    TestServer server = TestServer.shared();
    TestCaller dave = server.newTenant();
    String job = TestJobs.queue(dave, Path.of("pom.xml")).replace("job-", "");
    server.execute(
        """
        insert into jobs
          (tenant_id, id, user_id, kind, request, priority, status, progress, result, created_at,
           started_at, finished_at)
        select tenant_id, gen_random_uuid(), user_id, kind, request, priority, 'completed', 1,
          repeat('x', 4000000), created_at, created_at, created_at
        from jobs, generate_series(1, 199) where id = '%s'
        """
            .formatted(job));
    try {
      Answer listed = dave.get("/v1/jobs?limit=200");
      assertThat(listed.status()).isEqualTo(200);
      assertThat(listed.json().get("data")).hasSize(200);
    } finally {
      server.execute(
          "delete from jobs where user_id = (select user_id from jobs where id = '%s')"
                  .formatted(job)
              + " and status = 'completed'");
    }
  }

  @Test
  void showsAndCancelsJobsForTheirUsersAlone() {
    TestCaller alice = TestServer.shared().newTenant();
    String job = "/v1/jobs/" + TestJobs.queue(alice, Path.of("pom.xml"));
    for (TestCaller other : List.of(alice.colleague(), TestServer.shared().newTenant())) {
      assertThat(other.get(job).at("/error/code")).isEqualTo("SW_JOB_NOT_FOUND");
      assertThat(other.post(job + "/cancel").status()).isEqualTo(404);
      assertThat(other.get("/v1/jobs").at("/meta/total")).isEqualTo("0");
    }
    TestCaller stranger = TestServer.shared().stranger();
    TestCaller withoutPermission = alice.only(Permission.ROOMS);
    for (String path : List.of("/v1/jobs", job)) {
      assertThat(stranger.get(path).status()).isEqualTo(401);
      assertThat(withoutPermission.get(path).status()).isEqualTo(403);
    }
    assertThat(stranger.post(job + "/cancel").status()).isEqualTo(401);
    assertThat(withoutPermission.post(job + "/cancel").status()).isEqualTo(403);
    assertThat(alice.get("/v1/jobs/job-1").at("/error/code")).isEqualTo("SW_JOB_NOT_FOUND");
  }

  @Test
  void tellsTheUserAloneHowAJobGoes() throws Exception {
    TestCaller alice = TestServer.shared().newTenant();
    TestCaller bob = alice.colleague();
    String job = TestJobs.ended(alice, TestJobs.queue(alice, Path.of("pom.xml")));

    Eventually.holds("its end is told", () -> told(alice, job).contains("failed"));
    assertThat(told(alice, job)).containsExactly("queued", "running", "failed");
    assertThat(told(bob, job)).isEmpty();
  }

  private static List<String> told(TestCaller caller, String job) {
    List<String> statuses = new ArrayList<>();
    caller
        .get("/v1/sync")
        .json()
        .at("/data/events")
        .forEach(event -> {
          if (event.at("/content/job_id").asString("").equals(job)) {
            assertThat(event.get("event_type").asString()).isEqualTo("swp.job");
            statuses.add(event.at("/content/status").asString());
          }
        });
    return statuses;
  }
}
