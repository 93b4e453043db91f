package parley.config;

/// A text that must never be printed: its [#toString()] hides it, so a logged [Config] does too.
public record Secret(String value) {
  /// Says whether nothing was set.
  public boolean isEmpty() {
    return value.isEmpty();
  }

  @Override
  public String toString() {
    return isEmpty() ? "(not set)" : "(hidden)";
  }
}
