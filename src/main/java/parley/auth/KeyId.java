package parley.auth;

import java.util.UUID;

/// Names an API key; not a secret.
public record KeyId(UUID value) {
  public static KeyId random() {
    return new KeyId(UUID.randomUUID());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
