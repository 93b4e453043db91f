package parley.media;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import parley.storage.BlobKey;
import parley.storage.Sha256;
import parley.tenants.TenantId;

/// The SQL of a queue of blobs: rows of a table that are `pending`, each leased by one node at a
/// time. Tenants take turns as in the job queue: the tenant with the fewest leased blobs is first,
/// then the one that was served longest ago. A tenant's blobs are ordered by due time.
///
/// @param table has one row per blob and the columns of a queue
/// @param quick a condition for rows that take little time
record BlobQueueTable(String table, String quick) {
  static final BlobQueueTable SCANS = new BlobQueueTable("scans", "true");
  static final BlobQueueTable PREPARATIONS = new BlobQueueTable("preparations", "not slow");

  /// A blob that is leased by a worker.
  ///
  /// @param attempt counted from 1
  /// @param crashes how many of the earlier attempts were cut off
  public record Claimed(BlobKey blob, int attempt, int crashes) {}

  /// The condition for rows that can be claimed.
  private static final String FREE =
      "status = 'pending' and due_at <= :now and (leased_until is null or leased_until <= :now)";

  /// Claims the next blob.
  ///
  /// @param reserved whether to claim only quick work, and only of tenants without other leased
  ///   blobs
  /// @param until the end of the lease
  Optional<Claimed> claim(
      Handle transaction, boolean reserved, String node, Instant now, Instant until) {
    for (UUID tenant : tenants(transaction, reserved, now)) {
      Optional<Claimed> claimed = claim(transaction, tenant, reserved, node, now, until);
      if (claimed.isPresent()) {
        return claimed;
      }
    }
    return Optional.empty();
  }

  /// The tenants with pending blobs in the order of their turns. Skips from tenant to tenant by the
  /// index, so the cost is independent of how many blobs each has. This query covers all tenants,
  /// because they share the machine.
  private List<UUID> tenants(Handle transaction, boolean reserved, Instant now) {
    return statement(
            transaction.createQuery(
                """
                with recursive waiting (tenant_id) as (
                  (select tenant_id from <table> where status = 'pending'
                   order by tenant_id limit 1)
                  union all
                  select (select queue.tenant_id from <table> as queue
                          where status = 'pending' and queue.tenant_id > waiting.tenant_id
                          order by queue.tenant_id limit 1)
                  from waiting where waiting.tenant_id is not null
                ),
                ranked as (
                  select tenant_id,
                    (select count(*) from <table> as queue
                     where queue.tenant_id = waiting.tenant_id
                       and status = 'pending' and leased_until > :now) as running,
                    (select max(served_at) from <table> as queue
                     where queue.tenant_id = waiting.tenant_id) as served
                  from waiting where tenant_id is not null
                )
                select tenant_id from ranked where running = 0 or not :reserved
                order by running, served nulls first, tenant_id
                """))
        .bindMap(Map.of("now", now, "reserved", reserved))
        .mapTo(UUID.class)
        .list();
  }

  private Optional<Claimed> claim(
      Handle transaction, UUID tenant, boolean reserved, String node, Instant now, Instant until) {
    return statement(
            transaction.createQuery(
                """
                update <table>
                set leased_until = :until, node = :node, served_at = :now, attempts = attempts + 1,
                  crashes = crashes + case when leased_until is null then 0 else 1 end
                where (tenant_id, sha256) = (
                  select tenant_id, sha256 from <table>
                  where tenant_id = :tenant and <free> and (<quick> or not :reserved)
                  order by due_at limit 1
                  for update skip locked)
                returning tenant_id, sha256, attempts, crashes
                """))
        .bind("tenant", tenant)
        .bind("reserved", reserved)
        .bind("node", node)
        .bind("now", now)
        .bind("until", until)
        .map(row ->
            new Claimed(
                new BlobKey(
                    row.getColumn("tenant_id", TenantId.class),
                    new Sha256(row.getColumn("sha256", String.class))),
                row.getColumn("attempts", Integer.class),
                row.getColumn("crashes", Integer.class)))
        .findOne();
  }

  /// Ends the lease; the blob can be claimed again once it is due.
  void putBack(Handle transaction, Claimed claimed, Instant due) {
    statement(
            transaction.createUpdate(
                """
                update <table> set due_at = :due, leased_until = null
                where tenant_id = :blob.tenant and sha256 = :blob.sha256.hex and status = 'pending'
                  and attempts = :attempt
                """))
        .bindMethods(claimed)
        .bind("due", due)
        .execute();
  }

  /// Ends the leases that a node held when it was cut off. Call this when it starts; only one node
  /// of a name runs at a time.
  void release(Handle transaction, String node, Instant now) {
    statement(
            transaction.createUpdate(
                """
                update <table> set leased_until = :now
                where status = 'pending' and node = :node and leased_until > :now
                """))
        .bindMap(Map.of("node", node, "now", now))
        .execute();
  }

  private <T extends SqlStatement<T>> T statement(T statement) {
    return statement.define("table", table).define("quick", quick).define("free", FREE);
  }
}
