package parley.config;

/// A text that must never be printed: its [#toString()] hides it, so a logged [Config] does too.
public record Secret(String value) {
  /// @throws IllegalArgumentException when it holds a line break, as the end of a file is pasted
  ///   with
  public Secret {
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("must hold no line breaks or other control characters");
    }
  }

  /// Says whether nothing was set.
  public boolean isEmpty() {
    return value.isEmpty();
  }

  @Override
  public String toString() {
    return isEmpty() ? "(not set)" : "(hidden)";
  }
}
