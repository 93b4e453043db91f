package parley.tenants;

import java.util.UUID;

/// Names one user within a tenant; in rooms and calls the same id is the participant's.
public record UserId(UUID value) {
  public static UserId random() {
    return new UserId(UUID.randomUUID());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
