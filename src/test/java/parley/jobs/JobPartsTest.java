package parley.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.db.Database;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestJobs;
import parley.testing.TestServer;

/// What becomes of the finished parts of a job that leaves its worker while it stores one. The test
/// is the worker: its server has none.
@Tag("server")
class JobPartsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static TestServer server;
  private static Database database;

  private final ExecutorService others = Executors.newVirtualThreadPerTaskExecutor();
  private TestCaller alice;
  private String path;
  private Job running;

  @BeforeAll
  static void startWithoutWorkers() {
    server = TestServer.start(Map.of("server.roles", "api"));
    database = server.openDatabase();
  }

  @AfterAll
  static void stop() {
    database.close();
    server.close();
  }

  @BeforeEach
  void claimAJob() {
    alice = server.newTenant();
    TestJobs.queue(alice, Path.of("pom.xml"));
    running =
        database
            .inTransaction(transaction ->
                JobTable.claim(transaction, JobPriority.BACKGROUND, "one", false, NOW))
            .orElseThrow();
    path = "/v1/jobs/" + running.id();
  }

  @AfterEach
  void endThreads() {
    others.close();
  }

  @Test
  void keepsNoPartThatIsStoredWhileItsJobIsCancelled() throws Exception {
    Future<Answer> cancelled =
        database.inTransaction(transaction -> {
          assertThat(JobPartTable.publish(transaction, running, 0, "{}")).isTrue();
          Future<Answer> answer = others.submit(() -> alice.post(path + "/cancel"));
          awaitWhoWaitsForALock();
          return answer;
        });

    assertThat(cancelled.get().at("/data/status")).isEqualTo("cancelled");
    assertThat(server.count("from job_parts")).isZero();
  }

  @Test
  void storesNoPartOfAJobThatIsBeingCancelled() throws Exception {
    Future<Boolean> stored =
        database.inTransaction(transaction -> {
          assertThat(JobTable.cancel(transaction, running, NOW)).isTrue();
          Future<Boolean> answer = others.submit(this::publish);
          awaitWhoWaitsForALock();
          return answer;
        });

    assertThat(stored.get()).isFalse();
    assertThat(server.count("from job_parts")).isZero();
  }

  @Test
  void storesNoPartOfAnAttemptThatAnotherWorkerHasReplaced() {
    assertThat(publish()).isTrue();
    server.execute("update jobs set attempts = attempts + 1 where status = 'running'");

    assertThat(publish()).isFalse();

    alice.post(path + "/cancel");
    assertThat(server.count("from job_parts")).isZero();
  }

  private boolean publish() {
    return database.inTransaction(
        transaction -> JobPartTable.publish(transaction, running, 0, "{}"));
  }

  private static void awaitWhoWaitsForALock() {
    try {
      Eventually.holds(
          "the other transaction waits",
          () ->
              server.count(
                      "from pg_stat_activity where datname = current_database()"
                          + " and wait_event_type = 'Lock'")
                  > 0);
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }
}
