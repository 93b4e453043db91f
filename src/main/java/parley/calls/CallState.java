package parley.calls;

import java.time.Instant;

/// Where a call stands: ringing, then active, then ended; or ended at once.
public sealed interface CallState {
  /// Nobody but the initiator has answered.
  ///
  /// @param until when it is missed
  record Ringing(Instant until) implements CallState {}

  /// Somebody answered.
  record Active() implements CallState {}

  /// It is over, for good.
  record Ended(EndReason reason, Instant at) implements CallState {}

  /// As in the API and the database.
  default String text() {
    return switch (this) {
      case Ringing ringing -> "ringing";
      case Active active -> "active";
      case Ended ended -> "ended";
    };
  }
}
