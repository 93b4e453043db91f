package parley.media;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import parley.storage.BlobKey;
import parley.storage.Sha256;
import parley.tenants.TenantId;

/// The SQL of a queue of contents: rows of a table that are `pending`, each taken by one node for a
/// while. Tenants take turns as in the queue of jobs: first whoever has the fewest contents under
/// way, among equals whoever was served longest ago, and of one tenant's contents the one that has
/// been due longest.
///
/// @param table has one row for each content and the columns of a queue
/// @param quick what holds of a row whose work will soon be over
record BlobQueueTable(String table, String quick) {
  static final BlobQueueTable SCANS = new BlobQueueTable("scans", "true");
  static final BlobQueueTable PREPARATIONS = new BlobQueueTable("preparations", "not slow");

  /// A content that was taken.
  ///
  /// @param attempt counts from 1
  /// @param crashes how many of the attempts before were cut off without an end
  record Claimed(BlobKey blob, int attempt, int crashes) {}

  /// What is free to be taken.
  private static final String FREE =
      "status = 'pending' and due_at <= :now and (leased_until is null or leased_until <= :now)";

  /// Takes the next content.
  ///
  /// @param reserved whether only what will soon be over is taken, and only for a tenant that has
  ///   nothing else under way
  /// @param until nobody else takes it before, unless it is put back
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

  /// Goes from tenant to tenant by the index, so that it costs nothing how much waits of one. This
  /// is the query over all tenants, because they share the machine.
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
        .bind("now", now)
        .bind("reserved", reserved)
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

  /// Puts a content back, which nobody takes until it is due.
  void putBack(Handle transaction, Claimed claimed, Instant due) {
    statement(
            transaction.createUpdate(
                """
                update <table> set due_at = :due, leased_until = null
                where tenant_id = :tenant and sha256 = :sha256 and status = 'pending'
                  and attempts = :attempt
                """))
        .bind("tenant", claimed.blob().tenant())
        .bind("sha256", claimed.blob().sha256().hex())
        .bind("attempt", claimed.attempt())
        .bind("due", due)
        .execute();
  }

  /// Ends the leases of a node that has just started: it was cut off when it had them. One node of
  /// a name runs at a time.
  void release(Handle transaction, String node, Instant now) {
    statement(
            transaction.createUpdate(
                """
                update <table> set leased_until = :now
                where status = 'pending' and node = :node and leased_until > :now
                """))
        .bind("node", node)
        .bind("now", now)
        .execute();
  }

  private <T extends SqlStatement<T>> T statement(T statement) {
    return statement.define("table", table).define("quick", quick).define("free", FREE);
  }
}
