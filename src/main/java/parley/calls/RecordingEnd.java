package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.calls.livekit.EgressInfo;

/// The end of a recording.
///
/// @param at when recording stopped, before the file was imported; null until then
/// @param reason what ended it; null until then
public record RecordingEnd(@Nullable Instant at, @Nullable RecordingEndReason reason) {
  static final RecordingEnd NONE = new RecordingEnd(null, null);

  /// Returns the end after an input has changed the state.
  ///
  /// @param usual what ends a recording in these circumstances by default
  RecordingEnd after(
      RecordingState before, RecordingInput input, RecordingState next, RecordingEndReason usual) {
    boolean over = !next.mayRecord();
    @Nullable Instant told =
        over && input instanceof RecordingInput.Reported(EgressInfo info, Instant now)
            ? info.endedAt()
            : null;
    @Nullable Instant end = at;
    if (told != null) {
      end = told;
    } else if (end == null && over) {
      Instant seen = before.seen();
      // Without a report from egress, this is as exact as the polling of recorders.
      end = input instanceof RecordingInput.NotSeen && seen != null ? seen : input.now();
    }
    return new RecordingEnd(end, reason(input, next, over, usual));
  }

  private @Nullable RecordingEndReason reason(
      RecordingInput input, RecordingState next, boolean over, RecordingEndReason usual) {
    if (reason != null && reason != RecordingEndReason.INTERRUPTED) {
      return reason;
    }
    RecordingEndReason told =
        switch (input) {
          case RecordingInput.Stop(RecordingEndReason why, Instant now) -> why;
          case RecordingInput.Reported(EgressInfo info, Instant now) when over -> toldBy(info);
          case RecordingInput ignored -> null;
        };
    if (told != null) {
      return told;
    }
    if (reason != null || !over) {
      return reason;
    }
    return next instanceof RecordingState.Failed ? RecordingEndReason.FAILED : usual;
  }

  private static @Nullable RecordingEndReason toldBy(EgressInfo info) {
    return switch (info.end()) {
      case LIMIT -> RecordingEndReason.LIMIT_REACHED;
      case OVERLOAD -> RecordingEndReason.OVERLOADED;
      case SHUT_DOWN -> RecordingEndReason.INTERRUPTED;
      case FAILURE, NOTHING_SENT -> RecordingEndReason.FAILED;
      // Egress reports the same at the end of the call and after losing its network.
      case SOURCE_CLOSED, UNSPECIFIED -> null;
    };
  }
}
