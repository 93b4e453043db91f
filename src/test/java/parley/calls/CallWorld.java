package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// A call with its surroundings, in which anything may happen; each change is checked for what
/// holds of all of them.
final class CallWorld {
  static final Instant NOON = Instant.parse("2026-05-17T12:00:00Z");
  static final CallTimeouts TIMES =
      new CallTimeouts(
          Duration.ofSeconds(45),
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          Duration.ofMinutes(2));
  static final Duration POLL = Duration.ofSeconds(15);

  /// The first one calls, the others are called.
  static final List<UserId> USERS = List.of(UserId.random(), UserId.random(), UserId.random());

  /// What can happen in the world around a call.
  enum Deed {
    JOIN,
    LEAVE,
    REJECT,
    END,
    CONNECT,
    DROP,
    MUTE,
    OBSERVE,
    DELIVER,
    DELIVER_AGAIN,
    RESTART,
    NO_ANSWER,
    WAIT
  }

  /// @param user which user, where it concerns one
  /// @param pick which of several, or how many seconds
  record Step(Deed deed, int user, int pick) {}

  Call call =
      Call.ringing(
          new CallRef(TenantId.random(), CallId.random()),
          RoomId.random(),
          CallType.VIDEO,
          USERS.getFirst(),
          USERS.subList(1, USERS.size()),
          NOON,
          TIMES);
  Instant now = NOON;
  boolean open = true;
  boolean answered;
  final Map<UserId, ParticipantSnapshot> connected = new HashMap<>();
  final Set<UserId> everConnected = new HashSet<>();
  final Set<UserId> tokens = new HashSet<>(Set.of(USERS.getFirst()));
  final List<CallInput> underWay = new ArrayList<>();
  int announcements;
  int closings;

  void take(CallInput input) {
    Call before = call;
    CallTransitions.Next next = CallTransitions.next(before, input, TIMES);
    call = next.call();
    check(before, input, next);
    for (CallEffect effect : next.effects()) {
      switch (effect) {
        case CallEffect.Announce announce -> announcements++;
        case CallEffect.CloseRoom close -> {
          closings++;
          open = false;
          connected.clear();
        }
        case CallEffect.OpenRoom room -> open = true;
        case CallEffect.Disconnect(UserId user) -> connected.remove(user);
        case CallEffect.ObserveAgain again -> {}
      }
    }
  }

  private void check(Call before, CallInput input, CallTransitions.Next next) {
    Call after = next.call();
    boolean told = next.effects().contains(new CallEffect.Announce());
    assertThat(told).isEqualTo(!CallSummary.of(before).equals(CallSummary.of(after)));
    assertThat(after.version() - before.version()).isEqualTo(after.equals(before) ? 0 : 1);
    if (!before.isLive()) {
      assertThat(after).as("what is over stays as it is").isEqualTo(before);
    }
    if (input instanceof CallInput.Join join && !join.user().equals(before.initiator())) {
      answered |= before.isLive();
    }
    if (input instanceof CallInput.Observed look && look.version() == before.version()) {
      answered |=
          look.participants().stream().anyMatch(seen -> !seen.user().equals(before.initiator()));
    }
    if (after.state() instanceof CallState.Active) {
      assertThat(answered).isTrue();
      assertThat(after.participants().values())
          .anyMatch(participant -> participant.presence().keepsCall());
    }
    if (before.isLive()
        && after.state() instanceof CallState.Ended(CallEndReason reason, Instant at)) {
      assertThat(next.effects()).contains(new CallEffect.CloseRoom());
      boolean rang = before.state() instanceof CallState.Ringing;
      switch (reason) {
        case COMPLETED -> assertThat(rang).isFalse();
        case CANCELLED, MISSED -> assertThat(rang).isTrue();
        case REJECTED ->
            assertThat(after.participants().values())
                .filteredOn(CallParticipant::invited)
                .isNotEmpty()
                .allMatch(CallParticipant::rejected);
        case FAILED -> assertThat(input).isInstanceOf(CallInput.NoAnswer.class);
      }
      if (reason == CallEndReason.MISSED) {
        assertThat(Duration.between(NOON, at)).isGreaterThanOrEqualTo(TIMES.ringing());
      }
    }
    after
        .participants()
        .forEach((user, participant) ->
            assertThat(participant.joinedAt() == null || everConnected.contains(user)).isTrue());
    CallTransitions.Next twice = CallTransitions.next(after, input, TIMES);
    assertThat(twice.call()).as("the same again changes nothing").isEqualTo(after);
  }

  void act(Step step) {
    UserId user = USERS.get(step.user());
    switch (step.deed()) {
      case JOIN -> {
        if (call.isLive()) {
          tokens.add(user);
          take(new CallInput.Join(user, now));
        }
      }
      case LEAVE -> {
        take(new CallInput.Leave(user, now));
        connected.remove(user);
      }
      case REJECT -> take(new CallInput.Reject(user, now));
      case END -> {
        // Rare, or no call would last.
        if (step.pick() < 5) {
          take(new CallInput.End(now));
        }
      }
      case CONNECT -> {
        if (tokens.contains(user) && open) {
          everConnected.add(user);
          connected.putIfAbsent(
              user, new ParticipantSnapshot(user, now, step.pick() % 2 == 0, true));
        }
      }
      case DROP -> connected.remove(user);
      case MUTE ->
          connected.computeIfPresent(
              user,
              (id, seen) -> new ParticipantSnapshot(id, seen.joinedAt(), seen.videoOn(), false));
      case OBSERVE -> underWay.add(observe());
      case DELIVER -> deliver(step.pick(), true);
      case DELIVER_AGAIN -> deliver(step.pick(), false);
      case RESTART -> {
        open = false;
        connected.clear();
      }
      case NO_ANSWER -> take(new CallInput.NoAnswer(now));
      case WAIT -> pass(step.pick());
    }
  }

  CallInput observe() {
    return new CallInput.Observed(call.version(), open, List.copyOf(connected.values()), 0, now);
  }

  private void deliver(int pick, boolean once) {
    if (!underWay.isEmpty()) {
      int index = pick % underWay.size();
      take(once ? underWay.remove(index) : underWay.get(index));
    }
  }

  void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      now = now.plusSeconds(1);
      take(new CallInput.Tick(now));
    }
  }

  @Nullable CallEndReason reason() {
    return call.state() instanceof CallState.Ended(CallEndReason reason, Instant at)
        ? reason
        : null;
  }
}
