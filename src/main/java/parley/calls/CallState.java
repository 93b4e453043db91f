package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The state of a call: ringing, then active, then ended; or ended at once.
public sealed interface CallState {
  /// Nobody but the initiator has answered.
  ///
  /// @param ringUntil when it is missed
  record Ringing(Instant ringUntil) implements CallState {}

  /// Somebody answered.
  record Active() implements CallState {}

  /// It is over, for good.
  record Ended(CallEndReason endReason, Instant endedAt) implements CallState {}

  /// As in the API and the database.
  default String text() {
    return switch (this) {
      case Ringing ringing -> "ringing";
      case Active active -> "active";
      case Ended ended -> "ended";
    };
  }

  /// When a ringing call is missed; null otherwise.
  default @Nullable Instant ringUntil() {
    return null;
  }

  /// Why it is over; null until then.
  default @Nullable CallEndReason endReason() {
    return null;
  }

  /// When it ended; null until then.
  default @Nullable Instant endedAt() {
    return null;
  }
}
