package parley.media;

import java.time.Instant;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import parley.storage.BlobKey;
import parley.storage.Sha256;

/// The SQL of virus scans, except for that of their queue ([BlobQueueTable]).
final class ScanTable {
  private ScanTable() {}

  /// Queues a scan, or records that there will be none, unless there has been one; returns the
  /// blob's status.
  static ScanStatus request(Handle transaction, BlobKey blob, ScanStatus wanted, Instant now) {
    return transaction
        .createQuery(
            """
            insert into scans (tenant_id, sha256, status, due_at)
            values (:tenant, :sha256.hex, :wanted, :now)
            on conflict (tenant_id, sha256) do update set
              status = case scans.status when 'skipped' then excluded.status else scans.status end,
              due_at = case scans.status when 'skipped' then excluded.due_at else scans.due_at end
            returning status
            """)
        .bindMethods(blob)
        .bindMap(Map.of("wanted", wanted, "now", now))
        .mapTo(ScanStatus.class)
        .one();
  }

  /// Writes the verdict; returns false if there already is one or the blob was deleted.
  static boolean settle(Handle transaction, BlobKey blob, String status) {
    return transaction
            .createUpdate(
                """
                update scans set status = :status, leased_until = null
                where tenant_id = :tenant and sha256 = :sha256.hex and status = 'pending'
                """)
            .bindMethods(blob)
            .bind("status", status)
            .execute()
        == 1;
  }

  /// Records that no tenant may store these bytes again.
  static void remember(Handle transaction, Sha256 sha256, String signature, Instant now) {
    transaction
        .createUpdate(
            """
            insert into infected_contents (sha256, signature, found_at)
            values (:sha256, :signature, :now) on conflict (sha256) do nothing
            """)
        .bindMap(Map.of("sha256", sha256.hex(), "signature", signature, "now", now))
        .execute();
  }

  static boolean isInfected(Handle transaction, Sha256 sha256) {
    return transaction
        .createQuery("select exists (select 1 from infected_contents where sha256 = :sha256)")
        .bind("sha256", sha256.hex())
        .mapTo(boolean.class)
        .one();
  }
}
