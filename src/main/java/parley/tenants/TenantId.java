package parley.tenants;

import java.util.UUID;

/// Names one tenant. Every row and every byte belongs to one.
public record TenantId(UUID value) {
  public static TenantId random() {
    return new TenantId(UUID.randomUUID());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
