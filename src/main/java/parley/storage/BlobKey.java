package parley.storage;

import parley.tenants.TenantId;

/// Identifies a blob, or a file derived from it, by tenant and SHA-256. Tenants never share stored
/// objects, even with the same bytes.
///
/// @param part the suffix of a derived file, which is deleted with the blob; empty for the blob
///   itself
public record BlobKey(TenantId tenant, Sha256 sha256, String part) {
  /// The blob itself.
  public BlobKey(TenantId tenant, Sha256 sha256) {
    this(tenant, sha256, "");
  }

  /// The blob's thumbnails of a revision. Stored objects are immutable, so a revision is stored
  /// beside the previous one, which is then deleted: there are never more than two.
  public BlobKey thumbnails(int revision) {
    return new BlobKey(tenant, sha256, revision % 2 == 0 ? ".thumbnails" : ".thumbnails-odd");
  }

  /// The path in every store: `tenant/{tenant_id}/{sha256}`.
  public String path() {
    return "tenant/" + tenant + "/" + sha256 + part;
  }
}
