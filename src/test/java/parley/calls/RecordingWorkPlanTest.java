package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.db.Database;
import parley.testing.TestPostgres;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What it costs to look after recordings where there have been many.
@Tag("slow")
class RecordingWorkPlanTest {
  private static final int RECORDINGS = 50_000;
  private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");

  @Test
  void readsNoFinishedRecordings() throws IOException {
    try (Database database = Database.open(TestPostgres.newDatabase(), 2)) {
      fill(database);
      JsonNode plan =
          database.inTransaction(transaction ->
              JsonMapper.shared()
                  .readTree(
                      transaction
                          .createQuery("explain (format json) " + RecordingWorkTable.TAKE)
                          .bind("now", NOW)
                          .bind("before", NOW.minusSeconds(15))
                          .bind("rarely", NOW.minusSeconds(3_600))
                          .mapTo(String.class)
                          .one()));

      assertThat(plan.findValuesAsString("Node Type"))
          .as(plan.toPrettyString())
          .doesNotContain("Seq Scan");
    }
  }

  private static void fill(Database database) {
    database.useTransaction(transaction -> {
      // Checking the references of every row would take most of the time.
      transaction.execute("set local session_replication_role = replica");
      transaction.execute(
          """
          insert into calls (tenant_id, id, room_id, call_type, initiator_id, started_at, status,
            end_reason, ended_at, version, room_open)
          select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'audio',
            gen_random_uuid(), now(), 'ended', 'completed', now(), 1, false
          from generate_series(1, ?)
          """,
          RECORDINGS);
      transaction.execute(
          """
          insert into call_recordings (tenant_id, id, call_id, started_by, started_at, audio,
            video, transcript, file, status, since, active, stop_wanted, file_left, looked_at)
          select tenant_id, gen_random_uuid(), id, initiator_id, started_at, true, false, false,
            'a', 'completed', now(), true, false, false, now()
          from calls
          """);
    });
    database.useTransaction(transaction -> transaction.execute("analyze"));
  }
}
