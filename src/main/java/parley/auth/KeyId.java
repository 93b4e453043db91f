package parley.auth;

import java.util.Optional;
import java.util.UUID;
import parley.ids.TypedId;

/// The id of an API key; not a secret.
public record KeyId(UUID value) implements TypedId {
  public static KeyId random() {
    return new KeyId(UUID.randomUUID());
  }

  /// Empty for an invalid id.
  public static Optional<KeyId> parse(String text) {
    return TypedId.parse(text, "", KeyId::new);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
