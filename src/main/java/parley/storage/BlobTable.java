package parley.storage;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of blobs.
final class BlobTable {
  private BlobTable() {}

  /// Locks the blob until the transaction ends. Its bytes are stored and deleted only under this
  /// lock.
  static void lock(Handle transaction, BlobKey key) {
    transaction
        .createQuery("select pg_advisory_xact_lock(hashtextextended(:path, 0))")
        .bind("path", key.path())
        .mapToMap()
        .one();
  }

  /// Takes an advisory lock, shared with others, until the transaction ends; false if somebody has
  /// it to themselves.
  static boolean tryShare(Handle transaction, long lock) {
    return transaction
        .createQuery("select pg_try_advisory_xact_lock_shared(:lock)")
        .bind("lock", lock)
        .mapTo(boolean.class)
        .one();
  }

  /// Calls `visitor` for the blobs of all tenants, which are read in portions.
  static void forEach(Handle transaction, Consumer<StoredBlobs.Blob> visitor) {
    transaction
        .createQuery("select tenant_id, sha256, size from blobs")
        .setFetchSize(1_000)
        .mapTo(StoredBlobs.Blob.class)
        .forEach(visitor);
  }

  static boolean exists(Handle transaction, BlobKey key) {
    return transaction
        .createQuery(
            "select exists (select 1 from blobs where tenant_id = :tenant and sha256 ="
                + " :sha256.hex)")
        .bindMethods(key)
        .mapTo(boolean.class)
        .one();
  }

  /// The size in bytes; empty if there are no references.
  static Optional<Long> size(Handle transaction, BlobKey key) {
    return transaction
        .createQuery("select size from blobs where tenant_id = :tenant and sha256 = :sha256.hex")
        .bindMethods(key)
        .mapTo(Long.class)
        .findOne();
  }

  /// Adds a reference, and the row if the tenant does not have the blob yet.
  ///
  /// @param head the SHA-256 of its first [UploadQuota#HEAD_BYTES]
  /// @return whether the row was added; the caller then has to [#count] its size
  static boolean insertOrAddReference(
      Handle transaction, BlobKey key, long size, Sha256 head, String mimeType, Instant now) {
    return transaction
        .createQuery(
            """
            insert into blobs
              (tenant_id, sha256, size, head_sha256, mime_type, uses, created_at)
            values (:tenant, :sha256.hex, :size, :head, :mimeType, 1, :now)
            on conflict (tenant_id, sha256) do update set uses = blobs.uses + 1
            returning uses = 1
            """)
        .bindMethods(key)
        .bindMap(Map.of("size", size, "head", head.hex(), "mimeType", mimeType, "now", now))
        .mapTo(boolean.class)
        .one();
  }

  /// Adds a reference to an existing blob; false if it does not exist.
  static boolean addReference(Handle transaction, BlobKey key) {
    return transaction
            .createUpdate(
                "update blobs set uses = uses + 1 where tenant_id = :tenant and sha256 ="
                    + " :sha256.hex")
            .bindMethods(key)
            .execute()
        == 1;
  }

  /// Removes a reference, and with the last one the row.
  ///
  /// @return the size if it was the last reference; the caller then has to [#count] it
  static OptionalLong release(Handle transaction, BlobKey key) {
    long size =
        transaction
            .createQuery(
                """
                update blobs set uses = uses - 1 where tenant_id = :tenant and sha256 = :sha256.hex
                returning case when uses = 0 then size else -1 end
                """)
            .bindMethods(key)
            .mapTo(long.class)
            .one();
    if (size < 0) {
      return OptionalLong.empty();
    }
    transaction
        .createUpdate("delete from blobs where tenant_id = :tenant and sha256 = :sha256.hex")
        .bindMethods(key)
        .execute();
    return OptionalLong.of(size);
  }

  /// Whether an entry or a job of the user references the blob.
  static boolean isReferencedBy(Handle transaction, BlobKey key, UserId user) {
    return transaction
        .createQuery(
            """
            select exists (
                select 1 from media
                where tenant_id = :tenant and sha256 = :sha256.hex and owner_id = :user)
              or exists (
                select 1 from jobs
                where tenant_id = :tenant and sha256 = :sha256.hex and user_id = :user)
            """)
        .bindMethods(key)
        .bind("user", user)
        .mapTo(boolean.class)
        .one();
  }

  /// The size of the user's largest blob with this head, or 0.
  static long maxSizeBeginningWith(Handle transaction, TenantId tenant, UserId user, Sha256 head) {
    return transaction
        .createQuery(
            """
            select coalesce(max(size), 0) from blobs
            where tenant_id = :tenant and head_sha256 = :head and (
              exists (
                select 1 from media
                where media.tenant_id = blobs.tenant_id and media.sha256 = blobs.sha256
                  and owner_id = :user)
              or exists (
                select 1 from jobs
                where jobs.tenant_id = blobs.tenant_id and jobs.sha256 = blobs.sha256
                  and user_id = :user))
            """)
        .bindMap(Map.of("user", user, "tenant", tenant, "head", head.hex()))
        .mapTo(long.class)
        .one();
  }

  /// The bytes that the tenant stores, with each blob counted once.
  static long stored(Handle transaction, TenantId tenant) {
    return transaction
        .createQuery("select bytes from stored_bytes where tenant_id = :tenant")
        .bind("tenant", tenant)
        .mapTo(long.class)
        .findOne()
        .orElse(0L);
  }

  /// The bytes that came since a time and are still stored, by day in UTC.
  static List<StorageUsage.Day> addedByDay(Handle transaction, TenantId tenant, Instant since) {
    return transaction
        .createQuery(
            """
            select (created_at at time zone 'UTC')::date as day, sum(size)::bigint as added_bytes
            from blobs where tenant_id = :tenant and created_at >= :since
            group by day order by day
            """)
        .bindMap(Map.of("tenant", tenant, "since", since))
        .mapTo(StorageUsage.Day.class)
        .list();
  }

  /// Changes the count of the bytes that the tenant stores. Locks the count until the transaction
  /// ends, so other uploads of the tenant wait: call this last.
  static void count(Handle transaction, TenantId tenant, long bytes) {
    transaction
        .createUpdate(
            """
            insert into stored_bytes (tenant_id, bytes) values (:tenant, :bytes)
            on conflict (tenant_id) do update set bytes = stored_bytes.bytes + excluded.bytes
            """)
        .bindMap(Map.of("tenant", tenant, "bytes", bytes))
        .execute();
  }
}
