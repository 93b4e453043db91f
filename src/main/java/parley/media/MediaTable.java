package parley.media;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import parley.media.types.MediaType;
import parley.storage.BlobKey;
import parley.storage.Sha256;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of media entries.
final class MediaTable {
  void insert(Handle transaction, Media media) {
    transaction
        .createUpdate(
            """
            insert into media
              (tenant_id, id, owner_id, sha256, file_name, description, tenant_scope, created_at)
            values (:tenant, :id, :owner, :sha256, :fileName, :description, :scope, :created)
            """)
        .bind("tenant", media.content().tenant().value())
        .bind("id", media.id().value())
        .bind("owner", media.owner().value())
        .bind("sha256", media.content().sha256().hex())
        .bind("fileName", media.fileName())
        .bind("description", media.description())
        .bind("scope", media.tenantScope())
        .bind("created", media.createdAt())
        .execute();
  }

  Optional<Media> find(Handle transaction, TenantId tenant, MediaId id) {
    return transaction
        .createQuery(
            """
            select media.*, blobs.size, blobs.mime_type
            from media join blobs using (tenant_id, sha256)
            where media.tenant_id = :tenant and media.id = :id
            """)
        .bind("tenant", tenant.value())
        .bind("id", id.value())
        .map(MediaTable::media)
        .findOne();
  }

  private static Media media(ResultSet row, StatementContext context) throws SQLException {
    return new Media(
        new MediaId(row.getObject("id", UUID.class)),
        new BlobKey(
            new TenantId(row.getObject("tenant_id", UUID.class)),
            new Sha256(row.getString("sha256"))),
        new UserId(row.getObject("owner_id", UUID.class)),
        row.getString("file_name"),
        row.getLong("size"),
        new MediaType(row.getString("mime_type")),
        row.getString("description"),
        row.getBoolean("tenant_scope"),
        row.getTimestamp("created_at").toInstant());
  }
}
