package parley.calls;

import java.util.Locale;

/// Why a call is over.
public enum EndReason {
  /// It was answered, and then ended or everybody left.
  COMPLETED,
  /// It was ended before anybody answered.
  CANCELLED,
  /// Everybody who was called said no.
  REJECTED,
  /// Nobody answered in time.
  MISSED,
  /// LiveKit did not answer for so long that nothing is known of it.
  FAILED;

  /// As in the API and the database.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static EndReason of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
