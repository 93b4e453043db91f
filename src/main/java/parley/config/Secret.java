package parley.config;

/// Text that must never be printed: [#toString()] hides it, also within a logged [Config].
public record Secret(String value) {
  /// @throws IllegalArgumentException if it contains a line break, which is easily pasted along
  public Secret {
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "must not contain line breaks or other control characters");
    }
  }

  public boolean isEmpty() {
    return value.isEmpty();
  }

  @Override
  public String toString() {
    return isEmpty() ? "(not set)" : "(hidden)";
  }
}
