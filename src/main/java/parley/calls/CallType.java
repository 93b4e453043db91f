package parley.calls;

import java.util.Locale;
import java.util.Optional;

/// What a call carries.
public enum CallType {
  AUDIO,
  VIDEO;

  /// As in the API and the database; empty for any other text.
  public static Optional<CallType> parse(String text) {
    return switch (text) {
      case "audio" -> Optional.of(AUDIO);
      case "video" -> Optional.of(VIDEO);
      default -> Optional.empty();
    };
  }

  /// As in the API and the database.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
