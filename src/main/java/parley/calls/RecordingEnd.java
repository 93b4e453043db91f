package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.calls.livekit.EgressInfo;

/// How a recording came to its end.
///
/// @param at when the recording itself was over, which is before its file is kept; null until then
/// @param cause what ended it; null as long as nothing has
record RecordingEnd(@Nullable Instant at, @Nullable EndCause cause) {
  static final RecordingEnd NONE = new RecordingEnd(null, null);

  /// How it stands after an input has made one state of another.
  ///
  /// @param live whether the call goes on
  RecordingEnd after(
      RecordingState before, RecordingInput input, RecordingState next, boolean live) {
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
      // What was not told is as exact as the last look.
      end = input instanceof RecordingInput.NotSeen && seen != null ? seen : input.now();
    }
    return new RecordingEnd(end, cause(input, next, over, live));
  }

  private @Nullable EndCause cause(
      RecordingInput input, RecordingState next, boolean over, boolean live) {
    if (cause != null && cause != EndCause.INTERRUPTED) {
      return cause;
    }
    EndCause told =
        switch (input) {
          case RecordingInput.Stop(EndCause why, Instant now) -> why;
          case RecordingInput.Told(EgressInfo info, Instant now) when over -> toldBy(info);
          case RecordingInput ignored -> null;
        };
    if (told != null) {
      return told;
    }
    if (cause != null || !over) {
      return cause;
    }
    if (next instanceof RecordingState.Failed) {
      return EndCause.FAILED;
    }
    return live ? EndCause.INTERRUPTED : EndCause.CALL_ENDED;
  }

  private static @Nullable EndCause toldBy(EgressInfo info) {
    return switch (info.end()) {
      case LIMIT -> EndCause.LIMIT_REACHED;
      case OVERLOAD -> EndCause.OVERLOADED;
      case SHUT_DOWN -> EndCause.INTERRUPTED;
      case FAILURE, NOTHING_SENT -> EndCause.FAILED;
      // That is what the end of the call looks like, and the loss of its network.
      case SOURCE_CLOSED, UNTOLD -> null;
    };
  }
}
