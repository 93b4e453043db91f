package parley.calls;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
/// Whatever egress says or does not say, what counts in the end is whether its file is there: so a
/// recording fails only after its file was looked for, except where egress never took it.
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
      case Failed failed -> same(failed);
    };
  }

  private Next requested(Requested state, RecordingInput input) {
    return switch (input) {
      case RecordingInput.Told(EgressInfo info, Instant now) -> taken(state, info, now);
      case RecordingInput.Refused(String reason, Instant now) -> then(new Failed(now, reason));
      case RecordingInput.Stop(Instant now) -> then(new Requested(state.since(), true));
      case RecordingInput.Tick(Instant now) when isOver(state, times.beginning(), now) ->
          then(new Failed(now, "No egress took the recording."));
      case RecordingInput ignored -> same(state);
    };
  }

  private static Next taken(Requested state, EgressInfo info, Instant now) {
    boolean active = info.status() == EgressInfo.Status.ACTIVE;
    if (!active && info.status() != EgressInfo.Status.STARTING) {
      return left(state, info, now);
    }
    return state.stopWanted()
        ? then(new Stopping(now, info.id()), new RecordingEffect.StopEgress(info.id()))
        : then(new Running(now, info.id(), active, null));
  }

  private Next running(Running state, RecordingInput input) {
    return switch (input) {
      case RecordingInput.Told(EgressInfo info, Instant now)
          when info.status() == EgressInfo.Status.ACTIVE ->
          state.active() ? same(state) : then(new Running(now, state.egress(), true, state.seen()));
      case RecordingInput.Told(EgressInfo info, Instant now) -> left(state, info, now);
      case RecordingInput.Stop(Instant now) ->
          then(new Stopping(now, state.egress()), new RecordingEffect.StopEgress(state.egress()));
      case RecordingInput.Unknown(Instant now) -> collect(now, "LiveKit has forgotten it.");
      case RecordingInput.Seen(Instant now) ->
          then(new Running(state.since(), state.egress(), state.active(), now));
      case RecordingInput.NotSeen(Instant now) when isGone(state, now) ->
          then(
              new Collecting(now, "Egress left the call without a word."),
              new RecordingEffect.StopEgress(state.egress()),
              new RecordingEffect.Collect());
      case RecordingInput.Tick(Instant now)
          when !state.active() && isOver(state, times.beginning(), now) ->
          then(
              new Collecting(now, "Egress took the recording and never began."),
              new RecordingEffect.StopEgress(state.egress()),
              new RecordingEffect.Collect());
      case RecordingInput ignored -> same(state);
    };
  }

  private Next stopping(Stopping state, RecordingInput input) {
    return switch (input) {
      case RecordingInput.Told(EgressInfo info, Instant now) -> left(state, info, now);
      case RecordingInput.Unknown(Instant now) -> collect(now, "LiveKit has forgotten it.");
      case RecordingInput.Tick(Instant now) when isOver(state, times.beginning(), now) ->
          collect(now, "Egress did not stop when it was told to.");
      case RecordingInput ignored -> same(state);
    };
  }

  private Next finishing(Finishing state, RecordingInput input) {
    return switch (input) {
      case RecordingInput.Told(EgressInfo info, Instant now) -> left(state, info, now);
      case RecordingInput.Unknown(Instant now) -> collect(now, "LiveKit has forgotten it.");
      case RecordingInput.FileSeen(Instant now) -> collected(now);
      // Egress cannot reach it either; its time begins when both can.
      case RecordingInput.PlaceAway(Instant now) -> then(new Finishing(now, state.egress()));
      case RecordingInput.Tick(Instant now) when isOver(state, times.finishing(), now) ->
          collect(now, "Egress never said that the file is there.");
      case RecordingInput ignored -> same(state);
    };
  }

  private Next collecting(Collecting state, RecordingInput input) {
    return switch (input) {
      case RecordingInput.Kept(var media, Instant now) ->
          then(new Completed(now, media), new RecordingEffect.TidyUp());
      case RecordingInput.Unusable(String reason, Instant now) ->
          then(new Failed(now, state.doubt() == null ? reason : state.doubt() + " " + reason));
      case RecordingInput.PlaceAway(Instant now) -> then(new Collecting(now, state.doubt()));
      case RecordingInput.FileMissing(Instant now) when state.doubt() != null ->
          then(new Failed(now, state.doubt()));
      case RecordingInput.FileMissing(Instant now) when isOver(state, times.beginning(), now) ->
          then(new Failed(now, "Egress said that the file is there, and it is not."));
      case RecordingInput ignored -> same(state);
    };
  }

  /// What egress says of a recording that it has: an earlier state than is known changes nothing.
  private static Next left(RecordingState state, EgressInfo info, Instant now) {
    return switch (info.status()) {
      case STARTING, ACTIVE -> same(state);
      case ENDING -> state instanceof Finishing ? same(state) : then(new Finishing(now, info.id()));
      case COMPLETE, LIMIT_REACHED -> collected(now);
      case FAILED, ABORTED -> collect(now, "Egress gave up: " + why(info));
    };
  }

  private static String why(EgressInfo info) {
    return info.error().isEmpty() ? "it was " + info.status() + "." : info.error();
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
    Instant there = state.seen() == null ? state.since() : state.seen();
    return (state.active() || state.seen() != null)
        && !now.isBefore(there.plus(times.reconnecting()));
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
