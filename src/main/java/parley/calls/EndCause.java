package parley.calls;

import java.util.Locale;

/// What ended a recording.
public enum EndCause {
  /// Somebody who may stopped it.
  STOPPED,
  /// Its call was over.
  CALL_ENDED,
  /// It was as long or as large as egress makes one.
  LIMIT_REACHED,
  /// Egress had too little processor time or memory.
  OVERLOADED,
  /// Egress was stopped, left the call, or was stopped by somebody else.
  INTERRUPTED,
  /// Egress never took it, or gave up.
  FAILED;

  /// As in the API and the database.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static EndCause of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
