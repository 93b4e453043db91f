package parley.storage;

import parley.tenants.TenantId;

/// Names one content of one tenant. Two tenants never share an object, whatever it contains.
///
/// @param part empty for the content itself, else what was made of it and goes with it
public record BlobKey(TenantId tenant, Sha256 sha256, String part) {
  /// The content itself.
  public BlobKey(TenantId tenant, Sha256 sha256) {
    this(tenant, sha256, "");
  }

  /// The thumbnails of the content, as they were made for that time. Stored objects never change,
  /// so the next ones lie beside the last ones, which go then: there are never more than two.
  public BlobKey thumbnails(int revision) {
    return new BlobKey(tenant, sha256, revision % 2 == 0 ? ".thumbnails" : ".thumbnails-odd");
  }

  /// Where it is stored, in every store: `tenant/{tenant_id}/{sha256}`.
  public String path() {
    return "tenant/" + tenant + "/" + sha256 + part;
  }
}
