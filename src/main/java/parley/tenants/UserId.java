package parley.tenants;

import java.util.Optional;
import java.util.UUID;

/// Names one user within a tenant; in rooms and calls the same id is the participant's.
public record UserId(UUID value) {
  public static UserId random() {
    return new UserId(UUID.randomUUID());
  }

  /// Empty for anything that is no id.
  public static Optional<UserId> parse(String text) {
    try {
      return text.length() == 36
          ? Optional.of(new UserId(UUID.fromString(text)))
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
