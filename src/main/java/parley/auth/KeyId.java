package parley.auth;

import java.util.Optional;
import java.util.UUID;

/// Names an API key; not a secret.
public record KeyId(UUID value) {
  public static KeyId random() {
    return new KeyId(UUID.randomUUID());
  }

  /// Empty for anything that is no id.
  public static Optional<KeyId> parse(String text) {
    try {
      return text.length() == 36 ? Optional.of(new KeyId(UUID.fromString(text))) : Optional.empty();
    } catch (IllegalArgumentException notAnId) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
