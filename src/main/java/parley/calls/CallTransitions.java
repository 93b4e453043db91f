package parley.calls;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.tenants.UserId;

/// The one place where a call changes: a call and an input give the next call and what has to
/// follow. Nothing here asks or tells anybody.
///
/// It works with who is there, never with how many came and went, so that an input that comes twice
/// changes nothing the second time.
final class CallTransitions {
  /// @param call the same when nothing changed
  record Next(Call call, List<CallEffect> effects) {}

  private final CallTimes times;
  private final Call before;
  private final Map<UserId, Seat> seats;
  private final List<CallEffect> effects = new ArrayList<>();
  private CallState state;
  private @Nullable Instant silentSince;

  private CallTransitions(Call call, CallTimes times) {
    this.times = times;
    this.before = call;
    this.seats = new TreeMap<>(Comparator.comparing(UserId::value));
    seats.putAll(call.seats());
    this.state = call.state();
    this.silentSince = call.silentSince();
  }

  static Next next(Call call, CallInput input, CallTimes times) {
    CallTransitions change = new CallTransitions(call, times);
    if (call.isLive()) {
      change.live(input);
    } else {
      change.over(input);
    }
    return change.result();
  }

  /// Nothing changes a call that is over, but a room that was left open is closed.
  private void over(CallInput input) {
    if (input instanceof CallInput.Look look && look.open()) {
      effects.add(new CallEffect.CloseRoom());
    }
  }

  private void live(CallInput input) {
    switch (input) {
      case CallInput.Join(UserId user, Instant now) -> join(user, now);
      case CallInput.Leave(UserId user, Instant now) -> leave(user, now);
      case CallInput.Reject(UserId user, Instant now) -> reject(user, now);
      case CallInput.End(Instant now) -> end(now);
      case CallInput.Look look -> look(look);
      case CallInput.NoAnswer(Instant now) -> noAnswer(now);
      case CallInput.Tick(Instant now) -> tick(now);
    }
  }

  private void join(UserId user, Instant now) {
    change(user, seat -> seat.admitted(now.plus(times.connecting())));
    answered(user);
  }

  private void leave(UserId user, Instant now) {
    switch (state) {
      case CallState.Ringing ringing -> {
        // The others are not in it yet, and one who only has not answered has nothing to leave.
        if (user.equals(before.initiator())) {
          over(EndReason.CANCELLED, now);
        }
      }
      case CallState.Active active -> {
        if (seat(user).presence().keepsCall()) {
          change(user, seat -> seat.with(new Presence.Departed()));
          effects.add(new CallEffect.Disconnect(user));
          endIfEmpty(now);
        }
      }
      case CallState.Ended ended -> throw new IllegalStateException("it is over");
    }
  }

  private void reject(UserId user, Instant now) {
    if (user.equals(before.initiator())) {
      leave(user, now);
      return;
    }
    change(user, Seat::refused);
    if (seat(user).presence().keepsCall()) {
      leave(user, now);
      return;
    }
    List<Seat> invited = seats.values().stream().filter(Seat::invited).toList();
    if (state instanceof CallState.Ringing
        && !invited.isEmpty()
        && invited.stream().allMatch(Seat::rejected)) {
      over(EndReason.REJECTED, now);
    }
  }

  private void end(Instant now) {
    over(state instanceof CallState.Ringing ? EndReason.CANCELLED : EndReason.COMPLETED, now);
  }

  private void look(CallInput.Look look) {
    if (look.version() != before.version()) {
      // Something happened since LiveKit was asked; who is right cannot be told.
      effects.add(new CallEffect.LookAgain());
      return;
    }
    silentSince = null;
    Map<UserId, Sighting> present =
        look.present().stream()
            .collect(
                Collectors.toMap(
                    Sighting::user,
                    UnaryOperator.identity(),
                    // The same identity twice is a connection that replaces another.
                    (one, other) -> one.joinedAt().isAfter(other.joinedAt()) ? one : other));
    present.values().forEach(this::sighted);
    for (UserId user : List.copyOf(seats.keySet())) {
      if (!present.containsKey(user)) {
        notNamed(user, look);
      }
    }
    if (!look.open()) {
      // LiveKit was started anew. Clients that come back need the room.
      effects.add(new CallEffect.OpenRoom());
    }
  }

  private void notNamed(UserId user, CallInput.Look look) {
    Seat seat = seat(user);
    boolean connected = seat.presence() instanceof Presence.Connected;
    boolean waitedFor = seat.presence() instanceof Presence.Awaited && seat.joinedAt() != null;
    // As long as LiveKit counts more people than it names, they may be there.
    boolean mayBeThere = look.unlisted() > 0;
    if ((connected && !mayBeThere) || (waitedFor && mayBeThere)) {
      Instant until = look.now().plus(times.reconnecting());
      change(user, known -> known.with(new Presence.Awaited(until)));
    }
  }

  private void sighted(Sighting sighting) {
    UserId user = sighting.user();
    if (seat(user).presence() instanceof Presence.Departed) {
      effects.add(new CallEffect.Disconnect(user));
      return;
    }
    change(user, seat -> seat.connected(sighting));
    answered(user);
  }

  /// The initiator's own arrival is no answer.
  private void answered(UserId user) {
    if (state instanceof CallState.Ringing && !user.equals(before.initiator())) {
      state = new CallState.Active();
    }
  }

  private void noAnswer(Instant now) {
    if (silentSince == null) {
      silentSince = now;
    } else if (!now.isBefore(silentSince.plus(times.silence()))) {
      over(EndReason.FAILED, now);
    }
  }

  private void tick(Instant now) {
    if (state instanceof CallState.Ringing(Instant until)) {
      if (!now.isBefore(until)) {
        over(EndReason.MISSED, now);
      }
      return;
    }
    for (UserId user : List.copyOf(seats.keySet())) {
      if (seat(user).presence() instanceof Presence.Awaited(Instant until)
          && !now.isBefore(until)) {
        change(user, seat -> seat.with(new Presence.Absent()));
      }
    }
    endIfEmpty(now);
  }

  private void endIfEmpty(Instant now) {
    if (seats.values().stream().noneMatch(seat -> seat.presence().keepsCall())) {
      over(EndReason.COMPLETED, now);
    }
  }

  private void over(EndReason reason, Instant now) {
    state = new CallState.Ended(reason, now);
    seats.replaceAll((user, seat) -> seat.with(new Presence.Absent()));
    silentSince = null;
    // Closing the room lets go of everybody in it.
    effects.removeIf(CallEffect.Disconnect.class::isInstance);
    effects.add(new CallEffect.CloseRoom());
  }

  private Seat seat(UserId user) {
    return seats.getOrDefault(user, Seat.NONE);
  }

  private void change(UserId user, UnaryOperator<Seat> how) {
    seats.put(user, how.apply(seat(user)));
  }

  private Next result() {
    Call same = with(before.version());
    if (same.equals(before)) {
      return new Next(before, List.copyOf(effects));
    }
    Call after = with(before.version() + 1);
    if (!CallView.announcement(after).equals(CallView.announcement(before))) {
      effects.addFirst(new CallEffect.Announce());
    }
    return new Next(after, List.copyOf(effects));
  }

  private Call with(long version) {
    return new Call(
        before.id(),
        before.tenant(),
        before.room(),
        before.type(),
        before.initiator(),
        before.startedAt(),
        state,
        seats,
        silentSince,
        before.recorders(),
        version);
  }
}
