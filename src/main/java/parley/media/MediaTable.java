package parley.media;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import parley.media.types.MediaType;
import parley.storage.BlobKey;
import parley.storage.Sha256;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of media entries.
final class MediaTable {
  private MediaTable() {}

  static final String ENTRY =
      """
      select media.*, blobs.size, coalesce(scans.status, 'skipped') as scan_status,
      """
          + PreparationTable.COLUMNS
          + """
          from media
          join blobs using (tenant_id, sha256)
          left join scans using (tenant_id, sha256)
          left join preparations using (tenant_id, sha256)
          """;

  static void insert(Handle transaction, Media media) {
    transaction
        .createUpdate(
            """
            insert into media
              (tenant_id, id, owner_id, app_user_id, sha256, file_name, mime_type, charset,
               description, tenant_scope, created_at, expires_at)
            values
              (:blob.tenant, :id, :owner, cast(:appUser as uuid), :blob.sha256.hex, :fileName, :type.value,
               :charset, :description, :tenantScope, :createdAt, :expiresAt)
            """)
        .bindMethods(media)
        .execute();
  }

  static Optional<Media> find(Handle transaction, TenantId tenant, MediaId id) {
    return transaction
        .createQuery(ENTRY + "where media.tenant_id = :tenant and media.id = :id")
        .bindMap(Map.of("tenant", tenant, "id", id))
        .map(MediaTable::media)
        .findOne();
  }

  /// Locks the entry, if it exists, until the transaction ends, so that of two changes at a time
  /// the second sees the first.
  static void lock(Handle transaction, TenantId tenant, MediaId id) {
    transaction
        .createQuery("select 1 from media where tenant_id = :tenant and id = :id for no key update")
        .bindMap(Map.of("tenant", tenant, "id", id))
        .mapTo(Integer.class)
        .findOne();
  }

  /// Updates the mutable columns of an entry.
  static void update(Handle transaction, Media media) {
    transaction
        .createUpdate(
            """
            update media set description = :description, tenant_scope = :tenantScope
            where tenant_id = :blob.tenant and id = :id
            """)
        .bindMethods(media)
        .execute();
  }

  /// Deletes the entry; returns false if it did not exist.
  static boolean delete(Handle transaction, TenantId tenant, MediaId id) {
    return transaction
            .createUpdate("delete from media where tenant_id = :tenant and id = :id")
            .bindMap(Map.of("tenant", tenant, "id", id))
            .execute()
        == 1;
  }

  /// All entries of this blob.
  static List<Media> allShowing(Handle transaction, BlobKey blob) {
    return transaction
        .createQuery(ENTRY + "where media.tenant_id = :tenant and media.sha256 = :sha256.hex")
        .bindMethods(blob)
        .map(MediaTable::media)
        .list();
  }

  /// Like [#allShowing], and locks them until the transaction ends, so that nobody else deletes
  /// them. Take this lock before one of the blob's scan, as those do who delete an entry.
  static List<Media> lockAllShowing(Handle transaction, BlobKey blob) {
    return transaction
        .createQuery(
            ENTRY
                + """
                where media.tenant_id = :tenant and media.sha256 = :sha256.hex
                order by media.id for update of media
                """)
        .bindMethods(blob)
        .map(MediaTable::media)
        .list();
  }

  /// Expired entries of all tenants, about `max` of them.
  static List<Media> expired(Handle transaction, Instant now, int max) {
    return transaction
        .createQuery(
            """
            with over as (
              (select tenant_id, id from media where expires_at <= :now limit :max)
              union all
              (select media.tenant_id, media.id
                from tenants join media on media.tenant_id = tenants.id
                where media.expires_at is null
                  and media.created_at <= cast(:now as timestamptz) - make_interval(days => tenants.retention_days)
                limit :max)
            )
            """
                + ENTRY
                + "join over using (tenant_id, id)")
        .bindMap(Map.of("now", now, "max", max))
        .map(MediaTable::media)
        .list();
  }

  /// The id of the app's user with this name, which is created if necessary.
  static UserId appUser(Handle transaction, TenantId tenant, String name, Instant now) {
    return transaction
        .createQuery(
            """
            insert into app_users (tenant_id, name, id, created_at)
            values (:tenant, :name, :id, :now)
            on conflict (tenant_id, name) do update set name = excluded.name
            returning id
            """)
        .bindMap(Map.of("tenant", tenant, "name", name, "id", UserId.random(), "now", now))
        .mapTo(UserId.class)
        .one();
  }

  static Media media(RowView row) {
    return new Media(
        row.getColumn("id", MediaId.class),
        new BlobKey(
            row.getColumn("tenant_id", TenantId.class),
            new Sha256(row.getColumn("sha256", String.class))),
        row.getColumn("owner_id", UserId.class),
        row.getColumn("app_user_id", UserId.class),
        row.getColumn("file_name", String.class),
        row.getColumn("size", Long.class),
        new MediaType(row.getColumn("mime_type", String.class)),
        row.getColumn("charset", String.class),
        PreparationTable.metadata(row),
        row.getColumn("description", String.class),
        row.getColumn("tenant_scope", Boolean.class),
        row.getColumn("scan_status", ScanStatus.class),
        row.getColumn("created_at", Instant.class),
        row.getColumn("expires_at", Instant.class));
  }
}
