package parley.tenants;

import java.util.Optional;
import java.util.UUID;
import parley.ids.TypedId;

/// Names one user within a tenant; in rooms and calls the same id is the participant's.
public record UserId(UUID value) implements TypedId {
  public static UserId random() {
    return new UserId(UUID.randomUUID());
  }

  /// Empty for anything that is no id.
  public static Optional<UserId> parse(String text) {
    return TypedId.parse(text, "", UserId::new);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
