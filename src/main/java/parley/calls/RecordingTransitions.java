package parley.calls;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.calls.RecordingState.Completed;
import parley.calls.RecordingState.Failed;
import parley.calls.RecordingState.Finishing;
import parley.calls.RecordingState.Importing;
import parley.calls.RecordingState.Requested;
import parley.calls.RecordingState.Running;
import parley.calls.RecordingState.Stopping;
import parley.calls.livekit.EgressInfo;

/// The state machine of recordings: a pure function from a state and an input to the next state and
/// its side effects.
///
/// Observation outweighs what egress reports: while its recorder is in the call it is recording,
/// and in the end only its file counts. So a recording fails only after its file was looked for,
/// unless no egress accepted it.
final class RecordingTransitions {
  /// @param state the same object if nothing changed
  record Next(RecordingState state, List<RecordingEffect> effects) {}

  private final RecordingTimeouts timeouts;

  private RecordingTransitions(RecordingTimeouts timeouts) {
    this.timeouts = timeouts;
  }

  static Next next(RecordingState state, RecordingInput input, RecordingTimeouts timeouts) {
    RecordingTransitions transitions = new RecordingTransitions(timeouts);
    return switch (state) {
      case Requested requested -> transitions.requested(requested, input);
      case Running running -> transitions.running(running, input);
      case Stopping stopping -> transitions.stopping(stopping, input);
      case Finishing finishing -> transitions.finishing(finishing, input);
      case Importing importing -> transitions.importing(importing, input);
      case Completed completed -> same(completed);
      case Failed failed -> transitions.failed(failed, input);
    };
  }

  private Next requested(Requested state, RecordingInput input) {
    return switch (input) {
      case RecordingInput.Reported(EgressInfo info, Instant now) -> taken(state, info, now);
      case RecordingInput.Refused(String reason, String detail, Instant now) ->
          then(new Failed(now, reason, false));
      case RecordingInput.Stop(RecordingEndReason why, Instant now) ->
          then(new Requested(state.since(), true));
      case RecordingInput.Tick(Instant now) when isOver(state, timeouts.beginning(), now) ->
          then(new Failed(now, RecordingReasons.NO_EGRESS, false));
      case RecordingInput ignored -> same(state);
    };
  }

  private static Next taken(Requested state, EgressInfo info, Instant now) {
    boolean active = info.status() == EgressInfo.Status.ACTIVE;
    if (!info.isOn()) {
      return reported(state, info, now);
    }
    return state.stopWanted()
        ? then(
            new Stopping(now, info.id(), active, null), new RecordingEffect.StopEgress(info.id()))
        : then(new Running(now, info.id(), active, null));
  }

  private Next running(Running state, RecordingInput input) {
    return switch (input) {
      case RecordingInput.Reported(EgressInfo info, Instant now)
          when info.status() == EgressInfo.Status.ACTIVE ->
          state.active() ? same(state) : then(new Running(now, state.egress(), true, state.seen()));
      case RecordingInput.Reported(EgressInfo info, Instant now) -> reported(state, info, now);
      case RecordingInput.Stop(RecordingEndReason why, Instant now) ->
          then(
              new Stopping(now, state.egress(), state.active(), state.seen()),
              new RecordingEffect.StopEgress(state.egress()));
      // LiveKit may have been restarted, in which case egress returns to the call.
      case RecordingInput.Unknown(Instant now) when isAway(state, state.seen(), now) ->
          gone(state, RecordingReasons.FORGOTTEN, now);
      case RecordingInput.Seen(Instant now) ->
          then(new Running(state.since(), state.egress(), state.active(), now));
      case RecordingInput.NotSeen(Instant now) when isGone(state, now) ->
          gone(state, RecordingReasons.LEFT, now);
      // A recorder in the call waits for somebody to send, however long that takes.
      case RecordingInput.Tick(Instant now)
          when !state.active()
              && state.seen() == null
              && isOver(state, timeouts.beginning(), now) ->
          gone(state, RecordingReasons.NEVER_BEGAN, now);
      case RecordingInput ignored -> same(state);
    };
  }

  /// Egress is told to stop all the same: its machine may continue without LiveKit.
  private static Next gone(Running state, String reason, Instant now) {
    return then(
        new Importing(now, reason),
        new RecordingEffect.StopEgress(state.egress()),
        new RecordingEffect.Import());
  }

  /// Time alone never ends this state: somebody stopped the recording, and until egress is known to
  /// have left it may be recording.
  private Next stopping(Stopping state, RecordingInput input) {
    return switch (input) {
      case RecordingInput.Reported(EgressInfo info, Instant now)
          when info.status() == EgressInfo.Status.ACTIVE && !state.active() ->
          then(new Stopping(state.since(), state.egress(), true, state.seen()));
      case RecordingInput.Reported(EgressInfo info, Instant now) -> reported(state, info, now);
      case RecordingInput.Stop(RecordingEndReason why, Instant now) ->
          new Next(state, List.of(new RecordingEffect.StopEgress(state.egress())));
      case RecordingInput.Unknown(Instant now) when hasObeyed(state, now) ->
          then(new Finishing(now, state.egress()));
      case RecordingInput.Seen(Instant now) ->
          then(new Stopping(state.since(), state.egress(), state.active(), now));
      case RecordingInput.NotSeen(Instant now) when hasObeyed(state, now) ->
          then(new Finishing(now, state.egress()));
      case RecordingInput ignored -> same(state);
    };
  }

  private Next finishing(Finishing state, RecordingInput input) {
    return switch (input) {
      case RecordingInput.Reported(EgressInfo info, Instant now) -> reported(state, info, now);
      case RecordingInput.Unknown(Instant now) when isOver(state, timeouts.beginning(), now) ->
          importing(now, RecordingReasons.FORGOTTEN);
      case RecordingInput.FileSeen(Instant now) -> importing(now);
      // Egress cannot reach the location either; its timeout starts once both can.
      case RecordingInput.LocationUnavailable(Instant now) ->
          then(new Finishing(now, state.egress()));
      case RecordingInput.Tick(Instant now) when isOver(state, timeouts.finishing(), now) ->
          importing(now, RecordingReasons.NO_WORD_OF_FILE);
      case RecordingInput ignored -> same(state);
    };
  }

  private Next importing(Importing state, RecordingInput input) {
    return switch (input) {
      case RecordingInput.Imported(var media, Instant now) ->
          then(new Completed(now, media), new RecordingEffect.TidyUp());
      case RecordingInput.Unusable(String reason, Instant now) ->
          then(
              new Failed(
                  now, state.reason() == null ? reason : state.reason() + " " + reason, false));
      case RecordingInput.LocationUnavailable(Instant now) ->
          then(new Importing(now, state.reason()));
      case RecordingInput.FileMissing(Instant now) when state.reason() != null ->
          then(new Failed(now, state.reason(), true));
      case RecordingInput.FileMissing(Instant now) when isOver(state, timeouts.beginning(), now) ->
          then(new Failed(now, RecordingReasons.NO_FILE, true));
      case RecordingInput ignored -> same(state);
    };
  }

  /// An egress presumed dead may have continued to the end of a long call, and what it could not
  /// upload may be put in place by hand. So the file may arrive days later.
  private Next failed(Failed state, RecordingInput input) {
    if (!state.awaitsFile()) {
      return same(state);
    }
    return switch (input) {
      case RecordingInput.Imported(var media, Instant now) ->
          then(new Completed(now, media), new RecordingEffect.TidyUp());
      case RecordingInput.Unusable(String reason, Instant now) ->
          then(new Failed(state.since(), state.reason() + " " + reason, false));
      case RecordingInput.Reported(EgressInfo info, Instant now)
          when info.status() == EgressInfo.Status.COMPLETE
              || info.status() == EgressInfo.Status.LIMIT_REACHED ->
          new Next(state, List.of(new RecordingEffect.Import()));
      case RecordingInput.Tick(Instant now) when isOver(state, timeouts.adopting(), now) ->
          then(new Failed(state.since(), state.reason(), false));
      case RecordingInput ignored -> same(state);
    };
  }

  /// Handles a state reported by egress. A state earlier than the known one changes nothing.
  private static Next reported(RecordingState state, EgressInfo info, Instant now) {
    return switch (info.status()) {
      case STARTING, ACTIVE -> same(state);
      case ENDING -> state instanceof Finishing ? same(state) : then(new Finishing(now, info.id()));
      case COMPLETE, LIMIT_REACHED ->
          info.inBackup() ? importing(now, RecordingReasons.IN_BACKUP) : importing(now);
      case FAILED, ABORTED -> importing(now, RecordingReasons.failure(info));
    };
  }

  private static Next importing(Instant now) {
    return then(new Importing(now, null), new RecordingEffect.Import());
  }

  private static Next importing(Instant now, String reason) {
    return then(new Importing(now, reason), new RecordingEffect.Import());
  }

  /// Whether the recorder has been missing from the call for too long. It need not be there before
  /// egress reports that it is recording.
  private boolean isGone(Running state, Instant now) {
    return (state.active() || state.seen() != null) && isAway(state, state.seen(), now);
  }

  /// Whether a recorder that was told to stop has left. One that was never there may still be
  /// joining.
  private boolean hasObeyed(Stopping state, Instant now) {
    return (state.seen() != null || state.active())
        ? isAway(state, state.seen(), now)
        : isOver(state, timeouts.beginning(), now);
  }

  private boolean isAway(RecordingState state, @Nullable Instant seen, Instant now) {
    Instant there = seen == null ? state.since() : seen;
    return !now.isBefore(there.plus(timeouts.reconnecting()));
  }

  private static boolean isOver(RecordingState state, Duration time, Instant now) {
    return !now.isBefore(state.since().plus(time));
  }

  private static Next same(RecordingState state) {
    return new Next(state, List.of());
  }

  private static Next then(RecordingState state, RecordingEffect... effects) {
    return new Next(state, List.of(effects));
  }
}
