package parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.db.Database;
import parley.paging.Cursor;
import parley.tenants.TenantId;
import parley.tenants.TenantTable;
import parley.tenants.UserId;
import parley.testing.TestPostgres;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The cost of a page is independent of the library's size.
@Tag("slow")
class MediaListPlanTest {
  private static final int ENTRIES = 200_000;

  @Test
  void readsPagesFromIndexesRegardlessOfTheNumberOfEntries() throws IOException {
    try (Database database = Database.open(TestPostgres.newDatabase(), 2)) {
      TenantId tenant = TenantId.random();
      UserId user = fill(database, tenant);
      Cursor middle = Cursor.atOrBefore(Instant.parse("2026-01-02T00:00:00Z"));

      JsonNode plan =
          database.inTransaction(transaction ->
              JsonMapper.shared()
                  .readTree(
                      transaction
                          .createQuery("explain (analyze, format json) " + MediaListTable.PAGE)
                          .bind("tenant", tenant.value())
                          .bind("user", user.value())
                          .bind("before", middle.at())
                          .bind("beforeId", middle.id())
                          .bind("reach", 51)
                          .bind("max", 51)
                          .bind("skipped", 0)
                          .mapTo(String.class)
                          .one()));

      assertThat(plan.findValuesAsString("Node Type"))
          .as(plan.toPrettyString())
          .anyMatch(node -> node.startsWith("Index"))
          .doesNotContain("Bitmap Heap Scan");
      assertThat(plan.findParents("Relation Name"))
          .as(plan.toPrettyString())
          .filteredOn(node -> node.get("Relation Name").asString().equals("media"))
          .isNotEmpty()
          .allSatisfy(node -> {
            assertThat(node.get("Node Type").asString()).startsWith("Index");
            assertThat(node.get("Actual Rows").asDouble() * node.get("Actual Loops").asDouble())
                .isLessThanOrEqualTo(102);
          });
      List<Media> page =
          database.inTransaction(
              transaction -> MediaListTable.page(transaction, tenant, user, middle, 51, 0));
      assertThat(page).hasSize(51).allMatch(media -> !media.createdAt().isAfter(middle.at()));
    }
  }

  /// One entry per second, every second one by another user, every tenth shared.
  private static UserId fill(Database database, TenantId tenant) {
    return database.inTransaction(transaction -> {
      Instant now = Instant.parse("2026-01-01T00:00:00Z");
      TenantTable.insert(transaction, tenant, "large", now);
      UserId user = TenantTable.user(transaction, tenant, "alice", now);
      UserId other = TenantTable.user(transaction, tenant, "bob", now);
      String sha256 = "0".repeat(64);
      transaction.execute(
          "insert into blobs (tenant_id, sha256, size, mime_type, uses, created_at)"
              + " values (?, ?, 1, 'text/plain', 1, now())",
          tenant.value(),
          sha256);
      // Checking the references of every row would take most of the time.
      transaction.execute("set local session_replication_role = replica");
      transaction.execute(
          """
          insert into media (tenant_id, id, owner_id, sha256, file_name, mime_type, tenant_scope,
            created_at)
          select ?, gen_random_uuid(), case when n % 2 = 0 then ? else ? end, ?, 'a.txt',
            'text/plain', n % 10 = 0, cast(? as timestamptz) + n * interval '1 second'
          from generate_series(1, ?) as n
          """,
          tenant.value(),
          user.value(),
          other.value(),
          sha256,
          java.sql.Timestamp.from(now),
          ENTRIES);
      transaction.execute("analyze media, blobs");
      return user;
    });
  }
}
