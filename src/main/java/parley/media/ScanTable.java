package parley.media;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import parley.storage.BlobKey;
import parley.storage.Sha256;
import parley.tenants.TenantId;

/// The SQL of virus scans: at once the verdicts and the queue of what is to be scanned.
final class ScanTable {
  /// A content that was taken from the queue.
  ///
  /// @param attempt counts from 1
  record Due(BlobKey content, long size, int attempt) {}

  /// Asks for a scan, or notes that there will be none, unless there was one; answers how the
  /// content stands.
  ScanStatus request(Handle transaction, BlobKey content, ScanStatus wanted, Instant now) {
    return transaction
        .createQuery(
            """
            insert into scans (tenant_id, sha256, status, due_at)
            values (:tenant, :sha256, :wanted, :now)
            on conflict (tenant_id, sha256) do update set
              status = case scans.status when 'skipped' then excluded.status else scans.status end,
              due_at = case scans.status when 'skipped' then excluded.due_at else scans.due_at end
            returning status
            """)
        .bind("tenant", content.tenant().value())
        .bind("sha256", content.sha256().hex())
        .bind("wanted", wanted.text())
        .bind("now", now)
        .mapTo(String.class)
        .map(ScanStatus::of)
        .one();
  }

  /// Takes what has waited longest, so that nobody else takes it before `until`.
  Optional<Due> claim(Handle transaction, Instant now, Instant until) {
    return transaction
        .createQuery(
            """
            with due as (
              select tenant_id, sha256 from scans
              where status = 'pending' and due_at <= :now
              order by due_at limit 1
              for update skip locked
            )
            update scans set due_at = :until, attempts = attempts + 1
            from due join blobs using (tenant_id, sha256)
            where scans.tenant_id = due.tenant_id and scans.sha256 = due.sha256
            returning scans.tenant_id, scans.sha256, blobs.size, scans.attempts
            """)
        .bind("now", now)
        .bind("until", until)
        .map((row, context) ->
            new Due(
                new BlobKey(
                    new TenantId(row.getObject("tenant_id", UUID.class)),
                    new Sha256(row.getString("sha256"))),
                row.getLong("size"),
                row.getInt("attempts")))
        .findOne();
  }

  /// Puts it back until then.
  void postpone(Handle transaction, BlobKey content, Instant until) {
    transaction
        .createUpdate(
            """
            update scans set due_at = :until
            where tenant_id = :tenant and sha256 = :sha256 and status = 'pending'
            """)
        .bind("tenant", content.tenant().value())
        .bind("sha256", content.sha256().hex())
        .bind("until", until)
        .execute();
  }

  /// Writes the verdict; false when there is one already or the content is gone.
  boolean settle(Handle transaction, BlobKey content, String status) {
    return transaction
            .createUpdate(
                """
                update scans set status = :status
                where tenant_id = :tenant and sha256 = :sha256 and status = 'pending'
                """)
            .bind("tenant", content.tenant().value())
            .bind("sha256", content.sha256().hex())
            .bind("status", status)
            .execute()
        == 1;
  }

  /// Remembers a content that no tenant may store again.
  void remember(Handle transaction, Sha256 sha256, String signature, Instant now) {
    transaction
        .createUpdate(
            """
            insert into infected_contents (sha256, signature, found_at)
            values (:sha256, :signature, :now) on conflict (sha256) do nothing
            """)
        .bind("sha256", sha256.hex())
        .bind("signature", signature)
        .bind("now", now)
        .execute();
  }

  boolean isInfected(Handle transaction, Sha256 sha256) {
    return transaction
        .createQuery("select exists (select 1 from infected_contents where sha256 = :sha256)")
        .bind("sha256", sha256.hex())
        .mapTo(boolean.class)
        .one();
  }
}
