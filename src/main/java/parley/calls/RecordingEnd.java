package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.calls.livekit.EgressInfo;

/// The end of a recording.
///
/// @param at when it stopped recording, which is before its file is kept; null until then
/// @param reason what ended it; null as long as nothing has
public record RecordingEnd(@Nullable Instant at, @Nullable RecordingEndReason reason) {
  static final RecordingEnd NONE = new RecordingEnd(null, null);

  /// The end after an input has turned one state into another.
  ///
  /// @param usual what ends a recording in these circumstances when nothing else does
  RecordingEnd after(
      RecordingState before, RecordingInput input, RecordingState next, RecordingEndReason usual) {
    boolean over = !next.mayRecord();
    @Nullable Instant told =
        over && input instanceof RecordingInput.Told(EgressInfo info, Instant now)
            ? info.endedAt()
            : null;
    @Nullable Instant end = at;
    if (told != null) {
      end = told;
    } else if (end == null && over) {
      Instant seen = before.seen();
      // Without egress's word this is as exact as the times at which the recorder was looked for.
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
          case RecordingInput.Told(EgressInfo info, Instant now) when over -> toldBy(info);
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
      // Egress says the same at the end of the call and at the loss of its network.
      case SOURCE_CLOSED, UNTOLD -> null;
    };
  }
}
