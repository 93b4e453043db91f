package parley.calls;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.tenants.UserId;

/// The state machine of calls: a pure function from a call and an input to the next call and its
/// side effects.
///
/// It depends on who is present, never on how many came and went, so a repeated input changes
/// nothing.
final class CallTransitions {
  /// @param call the same object if nothing changed
  record Next(Call call, List<CallEffect> effects) {}

  private final CallTimeouts timeouts;
  private final Call before;
  private final Map<UserId, CallParticipant> participants = Call.noParticipants();
  private final List<CallEffect> effects = new ArrayList<>();
  private CallState state;
  private @Nullable Instant silentSince;

  private CallTransitions(Call call, CallTimeouts timeouts) {
    this.timeouts = timeouts;
    this.before = call;
    this.participants.putAll(call.participants());
    this.state = call.state();
    this.silentSince = call.silentSince();
  }

  static Next next(Call call, CallInput input, CallTimeouts timeouts) {
    CallTransitions change = new CallTransitions(call, timeouts);
    if (call.isLive()) {
      change.live(input);
    } else {
      change.ended(input);
    }
    return change.result();
  }

  /// An ended call never changes, but if its room is still open, it is closed.
  private void ended(CallInput input) {
    if (input instanceof CallInput.Observed observed && observed.open()) {
      effects.add(new CallEffect.CloseRoom());
    }
  }

  private void live(CallInput input) {
    switch (input) {
      case CallInput.Join(UserId user, Instant now) -> join(user, now);
      case CallInput.Leave(UserId user, Instant now) -> leave(user, now);
      case CallInput.Reject(UserId user, Instant now) -> reject(user, now);
      case CallInput.End(Instant now) ->
          end(
              state instanceof CallState.Ringing
                  ? CallEndReason.CANCELLED
                  : CallEndReason.COMPLETED,
              now);
      case CallInput.Observed observed -> observe(observed);
      case CallInput.NoAnswer(Instant now) -> noAnswer(now);
      case CallInput.Tick(Instant now) -> tick(now);
    }
  }

  private void join(UserId user, Instant now) {
    change(user, known -> known.admitted(now.plus(timeouts.connecting())));
    answered(user);
  }

  private void leave(UserId user, Instant now) {
    if (state instanceof CallState.Ringing) {
      // While the call is ringing, nobody else has joined, and only the initiator has something to
      // leave.
      if (user.equals(before.initiator())) {
        end(CallEndReason.CANCELLED, now);
      }
    } else if (presence(user).keepsCall()) {
      change(user, known -> known.with(new Presence.Left()));
      effects.add(new CallEffect.Disconnect(user));
      endIfEmpty(now);
    }
  }

  private void reject(UserId user, Instant now) {
    if (user.equals(before.initiator())) {
      leave(user, now);
      return;
    }
    change(user, CallParticipant::refused);
    if (presence(user).keepsCall()) {
      leave(user, now);
      return;
    }
    List<CallParticipant> invited =
        participants.values().stream().filter(CallParticipant::invited).toList();
    if (state instanceof CallState.Ringing
        && !invited.isEmpty()
        && invited.stream().allMatch(CallParticipant::rejected)) {
      end(CallEndReason.REJECTED, now);
    }
  }

  private void observe(CallInput.Observed observed) {
    if (observed.version() != before.version()) {
      // The call changed since LiveKit was queried; which of the two is newer is unknown.
      effects.add(new CallEffect.ObserveAgain());
      return;
    }
    silentSince = null;
    Map<UserId, ParticipantSnapshot> listed =
        observed.participants().stream()
            .collect(
                Collectors.toMap(
                    ParticipantSnapshot::user,
                    UnaryOperator.identity(),
                    // An identity that is listed twice has just replaced its connection.
                    (one, other) -> one.joinedAt().isAfter(other.joinedAt()) ? one : other));
    listed.values().forEach(this::listed);
    for (UserId user : List.copyOf(participants.keySet())) {
      if (!listed.containsKey(user)) {
        notListed(user, observed);
      }
    }
    if (!observed.open()) {
      // LiveKit was restarted. Clients that reconnect need the room.
      effects.add(new CallEffect.OpenRoom());
    }
  }

  private void listed(ParticipantSnapshot snapshot) {
    UserId user = snapshot.user();
    if (presence(user) instanceof Presence.Left) {
      effects.add(new CallEffect.Disconnect(user));
      return;
    }
    change(user, known -> known.connected(snapshot));
    answered(user);
  }

  private void notListed(UserId user, CallInput.Observed observed) {
    boolean connected = presence(user) instanceof Presence.Connected;
    boolean reconnecting =
        presence(user) instanceof Presence.Connecting && participant(user).joinedAt() != null;
    // While LiveKit counts more people than it lists, unlisted participants may be connected.
    boolean mayBeThere = observed.unlisted() > 0;
    if ((connected && !mayBeThere) || (reconnecting && mayBeThere)) {
      Instant until = observed.now().plus(timeouts.reconnecting());
      change(user, known -> known.with(new Presence.Connecting(until)));
    }
  }

  /// The initiator's own arrival does not answer the call.
  private void answered(UserId user) {
    if (state instanceof CallState.Ringing && !user.equals(before.initiator())) {
      state = new CallState.Active();
    }
  }

  private void noAnswer(Instant now) {
    if (silentSince == null) {
      silentSince = now;
    } else if (!now.isBefore(silentSince.plus(timeouts.silence()))) {
      end(CallEndReason.FAILED, now);
    }
  }

  private void tick(Instant now) {
    if (state instanceof CallState.Ringing(Instant until)) {
      if (!now.isBefore(until)) {
        end(CallEndReason.MISSED, now);
      }
      return;
    }
    participants.replaceAll((user, known) -> {
      Instant until = known.presence().until();
      return until == null || now.isBefore(until) ? known : known.with(new Presence.Disconnected());
    });
    endIfEmpty(now);
  }

  private void endIfEmpty(Instant now) {
    if (participants.values().stream().noneMatch(known -> known.presence().keepsCall())) {
      end(CallEndReason.COMPLETED, now);
    }
  }

  private void end(CallEndReason reason, Instant now) {
    state = new CallState.Ended(reason, now);
    participants.replaceAll((user, known) -> known.with(new Presence.Disconnected()));
    silentSince = null;
    // Closing the room disconnects everybody in it.
    effects.removeIf(CallEffect.Disconnect.class::isInstance);
    effects.add(new CallEffect.CloseRoom());
  }

  private CallParticipant participant(UserId user) {
    return participants.getOrDefault(user, CallParticipant.NONE);
  }

  private Presence presence(UserId user) {
    return participant(user).presence();
  }

  private void change(UserId user, UnaryOperator<CallParticipant> how) {
    participants.put(user, how.apply(participant(user)));
  }

  private Next result() {
    if (with(before.version()).equals(before)) {
      return new Next(before, List.copyOf(effects));
    }
    Call after = with(before.version() + 1);
    if (!CallSummary.of(after).equals(CallSummary.of(before))) {
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
        participants,
        silentSince,
        before.recorders(),
        version);
  }
}
