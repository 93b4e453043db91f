package parley.storage;

import parley.tenants.TenantId;

/// Names one content of one tenant. Two tenants never share an object, whatever it contains.
public record BlobKey(TenantId tenant, Sha256 sha256) {
  /// Where it is stored, in every store: `tenant/{tenant_id}/{sha256}`.
  public String path() {
    return "tenant/" + tenant + "/" + sha256;
  }
}
