package parley.tenants;

import java.util.Optional;
import java.util.UUID;
import parley.ids.TypedId;

/// The id of a tenant. Every row and every file belongs to a tenant.
public record TenantId(UUID value) implements TypedId {
  public static TenantId random() {
    return new TenantId(UUID.randomUUID());
  }

  /// Empty for an invalid id.
  public static Optional<TenantId> parse(String text) {
    return TypedId.parse(text, "", TenantId::new);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
