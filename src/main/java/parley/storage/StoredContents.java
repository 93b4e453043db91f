package parley.storage;

import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import parley.tenants.TenantId;

/// What the database expects the store to contain.
public final class StoredContents {
  private StoredContents() {}

  /// A content that is in use.
  ///
  /// @param size in bytes
  public record Content(TenantId tenantId, String sha256, long size) {
    /// The content itself.
    public BlobKey key() {
      return new BlobKey(tenantId, new Sha256(sha256));
    }
  }

  /// Calls `visitor` for every content in use, of all tenants, without holding all of them in
  /// memory.
  public static void forEach(Handle transaction, Consumer<Content> visitor) {
    new BlobTable().forEach(transaction, visitor);
  }
}
