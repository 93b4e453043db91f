package parley.calls;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.calls.RecordingState.Collecting;
import parley.calls.RecordingState.Completed;
import parley.calls.RecordingState.Failed;
import parley.calls.RecordingState.Finishing;
import parley.calls.RecordingState.Requested;
import parley.calls.RecordingState.Running;
import parley.calls.RecordingState.Stopping;
import parley.calls.livekit.EgressInfo;

/// The one place where a recording changes: a state and an input give the next state and what has
/// to follow. Nothing here asks or tells anybody.
///
/// Whatever egress says or does not say, what counts is what is seen: as long as egress is in the
/// call it records, and in the end it is its file that counts. So a recording fails only after its
/// file was looked for, except where egress never took it.
final class RecordingTransitions {
  /// @param state the same when nothing changed
  record Next(RecordingState state, List<RecordingEffect> effects) {}

  private final RecordingTimes times;

  private RecordingTransitions(RecordingTimes times) {
    this.times = times;
  }

  static Next next(RecordingState state, RecordingInput input, RecordingTimes times) {
    RecordingTransitions transitions = new RecordingTransitions(times);
    return switch (state) {
      case Requested requested -> transitions.requested(requested, input);
      case Running running -> transitions.running(running, input);
      case Stopping stopping -> transitions.stopping(stopping, input);
      case Finishing finishing -> transitions.finishing(finishing, input);
      case Collecting collecting -> transitions.collecting(collecting, input);
      case Completed completed -> same(completed);
      case Failed failed -> transitions.failed(failed, input);
    };
  }

  private Next requested(Requested state, RecordingInput input) {
    return switch (input) {
      case RecordingInput.Told(EgressInfo info, Instant now) -> taken(state, info, now);
      case RecordingInput.Refused(String reason, String detail, Instant now) ->
          then(new Failed(now, reason, false));
      case RecordingInput.Stop(EndCause why, Instant now) ->
          then(new Requested(state.since(), true));
      case RecordingInput.Tick(Instant now) when isOver(state, times.beginning(), now) ->
          then(new Failed(now, RecordingReasons.NO_EGRESS, false));
      case RecordingInput ignored -> same(state);
    };
  }

  private static Next taken(Requested state, EgressInfo info, Instant now) {
    boolean active = info.status() == EgressInfo.Status.ACTIVE;
    if (!info.isOn()) {
      return told(state, info, now);
    }
    return state.stopWanted()
        ? then(
            new Stopping(now, info.id(), active, null), new RecordingEffect.StopEgress(info.id()))
        : then(new Running(now, info.id(), active, null));
  }

  private Next running(Running state, RecordingInput input) {
    return switch (input) {
      case RecordingInput.Told(EgressInfo info, Instant now)
          when info.status() == EgressInfo.Status.ACTIVE ->
          state.active() ? same(state) : then(new Running(now, state.egress(), true, state.seen()));
      case RecordingInput.Told(EgressInfo info, Instant now) -> told(state, info, now);
      case RecordingInput.Stop(EndCause why, Instant now) ->
          then(
              new Stopping(now, state.egress(), state.active(), state.seen()),
              new RecordingEffect.StopEgress(state.egress()));
      // LiveKit may have been started anew, and egress comes back to the call.
      case RecordingInput.Unknown(Instant now) when isAway(state, state.seen(), now) ->
          gone(state, RecordingReasons.FORGOTTEN, now);
      case RecordingInput.Seen(Instant now) ->
          then(new Running(state.since(), state.egress(), state.active(), now));
      case RecordingInput.NotSeen(Instant now) when isGone(state, now) ->
          gone(state, RecordingReasons.LEFT, now);
      // One that is in the call waits for somebody to send, however long that takes.
      case RecordingInput.Tick(Instant now)
          when !state.active() && state.seen() == null && isOver(state, times.beginning(), now) ->
          gone(state, RecordingReasons.NEVER_BEGAN, now);
      case RecordingInput ignored -> same(state);
    };
  }

  /// Its machine may go on without LiveKit.
  private static Next gone(Running state, String doubt, Instant now) {
    return then(
        new Collecting(now, doubt),
        new RecordingEffect.StopEgress(state.egress()),
        new RecordingEffect.Collect());
  }

  /// Time alone never ends it: somebody who may has stopped it, and as long as nobody knows that
  /// egress has left it may record.
  private Next stopping(Stopping state, RecordingInput input) {
    return switch (input) {
      case RecordingInput.Told(EgressInfo info, Instant now)
          when info.status() == EgressInfo.Status.ACTIVE && !state.active() ->
          then(new Stopping(state.since(), state.egress(), true, state.seen()));
      case RecordingInput.Told(EgressInfo info, Instant now) -> told(state, info, now);
      case RecordingInput.Stop(EndCause why, Instant now) ->
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
      case RecordingInput.Told(EgressInfo info, Instant now) -> told(state, info, now);
      case RecordingInput.Unknown(Instant now) when isOver(state, times.beginning(), now) ->
          collect(now, RecordingReasons.FORGOTTEN);
      case RecordingInput.FileSeen(Instant now) -> collected(now);
      // Egress cannot reach it either; its time begins when both can.
      case RecordingInput.PlaceAway(Instant now) -> then(new Finishing(now, state.egress()));
      case RecordingInput.Tick(Instant now) when isOver(state, times.finishing(), now) ->
          collect(now, RecordingReasons.NO_WORD_OF_FILE);
      case RecordingInput ignored -> same(state);
    };
  }

  private Next collecting(Collecting state, RecordingInput input) {
    return switch (input) {
      case RecordingInput.Kept(var media, Instant now) ->
          then(new Completed(now, media), new RecordingEffect.TidyUp());
      case RecordingInput.Unusable(String reason, Instant now) ->
          then(
              new Failed(
                  now, state.doubt() == null ? reason : state.doubt() + " " + reason, false));
      case RecordingInput.PlaceAway(Instant now) -> then(new Collecting(now, state.doubt()));
      case RecordingInput.FileMissing(Instant now) when state.doubt() != null ->
          then(new Failed(now, state.doubt(), true));
      case RecordingInput.FileMissing(Instant now) when isOver(state, times.beginning(), now) ->
          then(new Failed(now, RecordingReasons.NO_FILE, true));
      case RecordingInput ignored -> same(state);
    };
  }

  /// Egress that was believed dead may have gone on, and its file comes late.
  private Next failed(Failed state, RecordingInput input) {
    if (!state.awaitsFile()) {
      return same(state);
    }
    return switch (input) {
      case RecordingInput.Kept(var media, Instant now) ->
          then(new Completed(now, media), new RecordingEffect.TidyUp());
      case RecordingInput.Unusable(String reason, Instant now) ->
          then(new Failed(state.since(), state.reason() + " " + reason, false));
      case RecordingInput.Told(EgressInfo info, Instant now)
          when info.status() == EgressInfo.Status.COMPLETE
              || info.status() == EgressInfo.Status.LIMIT_REACHED ->
          new Next(state, List.of(new RecordingEffect.Collect()));
      case RecordingInput.Tick(Instant now) when isOver(state, times.finishing(), now) ->
          then(new Failed(state.since(), state.reason(), false));
      case RecordingInput ignored -> same(state);
    };
  }

  /// What egress says of a recording that it has: an earlier state than is known changes nothing.
  private static Next told(RecordingState state, EgressInfo info, Instant now) {
    return switch (info.status()) {
      case STARTING, ACTIVE -> same(state);
      case ENDING -> state instanceof Finishing ? same(state) : then(new Finishing(now, info.id()));
      case COMPLETE, LIMIT_REACHED ->
          info.inBackup() ? collect(now, RecordingReasons.IN_BACKUP) : collected(now);
      case FAILED, ABORTED -> collect(now, RecordingReasons.failure(info));
    };
  }

  private static Next collected(Instant now) {
    return then(new Collecting(now, null), new RecordingEffect.Collect());
  }

  private static Next collect(Instant now, String doubt) {
    return then(new Collecting(now, doubt), new RecordingEffect.Collect());
  }

  /// Whether it has been away from the call for too long. Before it says that it records it need
  /// not be there.
  private boolean isGone(Running state, Instant now) {
    return (state.active() || state.seen() != null) && isAway(state, state.seen(), now);
  }

  /// Whether one that is to stop has left. One that was never there may still be on its way.
  private boolean hasObeyed(Stopping state, Instant now) {
    return (state.seen() != null || state.active())
        ? isAway(state, state.seen(), now)
        : isOver(state, times.beginning(), now);
  }

  private boolean isAway(RecordingState state, @Nullable Instant seen, Instant now) {
    Instant there = seen == null ? state.since() : seen;
    return !now.isBefore(there.plus(times.reconnecting()));
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
