package parley.storage;

import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import parley.tenants.TenantId;

/// What the database expects the store to contain.
public final class StoredBlobs {
  private StoredBlobs() {}

  /// A blob that is in use.
  ///
  /// @param size in bytes
  public record Blob(TenantId tenantId, String sha256, long size) {
    /// The key under which it is stored.
    public BlobKey key() {
      return new BlobKey(tenantId, new Sha256(sha256));
    }
  }

  /// Calls `visitor` for every blob in use, of all tenants, without holding all of them in memory.
  public static void forEach(Handle transaction, Consumer<Blob> visitor) {
    BlobTable.forEach(transaction, visitor);
  }
}
