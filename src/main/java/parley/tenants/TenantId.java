package parley.tenants;

import java.util.Optional;
import java.util.UUID;

/// Names one tenant. Every row and every byte belongs to one.
public record TenantId(UUID value) {
  public static TenantId random() {
    return new TenantId(UUID.randomUUID());
  }

  /// Empty for anything that is no id.
  public static Optional<TenantId> parse(String text) {
    try {
      return text.length() == 36
          ? Optional.of(new TenantId(UUID.fromString(text)))
          : Optional.empty();
    } catch (IllegalArgumentException notAnId) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
