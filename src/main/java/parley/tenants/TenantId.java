package parley.tenants;

import java.util.Optional;
import java.util.UUID;
import parley.ids.TypedId;

/// Names one tenant. Every row and every byte belongs to one.
public record TenantId(UUID value) implements TypedId {
  public static TenantId random() {
    return new TenantId(UUID.randomUUID());
  }

  /// Empty for anything that is no id.
  public static Optional<TenantId> parse(String text) {
    return TypedId.parse(text, "", TenantId::new);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
