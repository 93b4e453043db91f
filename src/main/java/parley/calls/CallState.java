package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The state of a call: ringing, then active, then ended; or ringing, then ended.
public sealed interface CallState {
  /// Nobody but the initiator has joined.
  ///
  /// @param ringUntil when the call counts as missed
  record Ringing(Instant ringUntil) implements CallState {}

  /// Somebody answered.
  record Active() implements CallState {}

  /// The final state.
  record Ended(CallEndReason endReason, Instant endedAt) implements CallState {}

  /// Returns the state as in the API and the database.
  default String text() {
    return switch (this) {
      case Ringing ringing -> "ringing";
      case Active active -> "active";
      case Ended ended -> "ended";
    };
  }

  /// Returns when a ringing call counts as missed; null otherwise.
  default @Nullable Instant ringUntil() {
    return null;
  }

  /// Returns why the call ended; null before that.
  default @Nullable CallEndReason endReason() {
    return null;
  }

  /// Returns when the call ended; null before that.
  default @Nullable Instant endedAt() {
    return null;
  }
}
