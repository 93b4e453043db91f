package parley.tenants;

import java.util.Optional;
import java.util.UUID;
import parley.ids.TypedId;

/// The id of a user of a tenant, and of the user as a participant in rooms and calls.
public record UserId(UUID value) implements TypedId {
  public static UserId random() {
    return new UserId(UUID.randomUUID());
  }

  /// Empty for an invalid id.
  public static Optional<UserId> parse(String text) {
    return TypedId.parse(text, "", UserId::new);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
