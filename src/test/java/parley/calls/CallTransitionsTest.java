package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The state machine of calls, against whatever may happen in whatever order.
class CallTransitionsTest {
  private static final Instant NOON = Instant.parse("2026-05-17T12:00:00Z");
  private static final CallTimes TIMES =
      new CallTimes(
          Duration.ofSeconds(45),
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          Duration.ofMinutes(2));
  private static final Duration POLL = Duration.ofSeconds(15);

  /// The first one calls, the others are called.
  private static final List<UserId> USERS =
      List.of(UserId.random(), UserId.random(), UserId.random());

  /// What can happen in the world around a call.
  enum Deed {
    JOIN,
    LEAVE,
    REJECT,
    END,
    CONNECT,
    DROP,
    MUTE,
    LOOK,
    DELIVER,
    DELIVER_AGAIN,
    RESTART,
    NO_ANSWER,
    WAIT
  }

  /// @param user which user, where it concerns one
  /// @param pick which of several, or how many seconds
  record Step(Deed deed, int user, int pick) {}

  @Provide
  Arbitrary<List<Step>> anything() {
    return Combinators.combine(
            Arbitraries.of(Deed.class),
            Arbitraries.integers().between(0, USERS.size() - 1),
            Arbitraries.integers().between(0, 60))
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(60);
  }

  /// What people do who use the API as they should, without anything lost.
  @Provide
  Arbitrary<List<Step>> people() {
    return Combinators.combine(
            Arbitraries.of(Deed.JOIN, Deed.LEAVE, Deed.REJECT, Deed.CONNECT, Deed.DROP, Deed.END),
            Arbitraries.integers().between(0, USERS.size() - 1),
            Arbitraries.integers().between(1, 40))
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(30);
  }

  /// A call with its surroundings.
  private static final class World {
    Call call =
        Call.ringing(
            CallId.random(),
            TenantId.random(),
            RoomId.random(),
            CallType.VIDEO,
            USERS.getFirst(),
            USERS.subList(1, USERS.size()),
            NOON,
            TIMES);
    Instant now = NOON;
    boolean open = true;
    boolean answered;
    final Map<UserId, Sighting> connected = new HashMap<>();
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
          case CallEffect.LookAgain again -> {}
        }
      }
    }

    private void check(Call before, CallInput input, CallTransitions.Next next) {
      Call after = next.call();
      boolean told = next.effects().contains(new CallEffect.Announce());
      assertThat(told)
          .isEqualTo(!CallView.announcement(before).equals(CallView.announcement(after)));
      assertThat(after.version() - before.version()).isEqualTo(after.equals(before) ? 0 : 1);
      if (!before.isLive()) {
        assertThat(after).as("what is over stays as it is").isEqualTo(before);
      }
      if (input instanceof CallInput.Join join && !join.user().equals(before.initiator())) {
        answered |= before.isLive();
      }
      if (input instanceof CallInput.Look look && look.version() == before.version()) {
        answered |=
            look.present().stream().anyMatch(seen -> !seen.user().equals(before.initiator()));
      }
      if (after.state() instanceof CallState.Active) {
        assertThat(answered).isTrue();
        assertThat(after.seats().values()).anyMatch(seat -> seat.presence().keepsCall());
      }
      if (before.isLive()
          && after.state() instanceof CallState.Ended(EndReason reason, Instant at)) {
        assertThat(next.effects()).contains(new CallEffect.CloseRoom());
        boolean rang = before.state() instanceof CallState.Ringing;
        switch (reason) {
          case COMPLETED -> assertThat(rang).isFalse();
          case CANCELLED, MISSED -> assertThat(rang).isTrue();
          case REJECTED ->
              assertThat(after.seats().values())
                  .filteredOn(Seat::invited)
                  .isNotEmpty()
                  .allMatch(Seat::rejected);
          case FAILED -> assertThat(input).isInstanceOf(CallInput.NoAnswer.class);
        }
        if (reason == EndReason.MISSED) {
          assertThat(Duration.between(NOON, at)).isGreaterThanOrEqualTo(TIMES.ringing());
        }
      }
      after
          .seats()
          .forEach((user, seat) ->
              assertThat(seat.joinedAt() == null || everConnected.contains(user)).isTrue());
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
            connected.putIfAbsent(user, new Sighting(user, now, step.pick() % 2 == 0, true));
          }
        }
        case DROP -> connected.remove(user);
        case MUTE ->
            connected.computeIfPresent(
                user, (id, seen) -> new Sighting(id, seen.joinedAt(), seen.videoOn(), false));
        case LOOK -> underWay.add(look());
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

    CallInput look() {
      return new CallInput.Look(call.version(), open, List.copyOf(connected.values()), now);
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

    @Nullable EndReason reason() {
      return call.state() instanceof CallState.Ended(EndReason reason, Instant at) ? reason : null;
    }
  }

  @Property(tries = 2000)
  void keepsItsPromisesWhateverHappens(@ForAll("anything") List<Step> steps) {
    World world = new World();
    for (Step step : steps) {
      world.act(step);
    }
    assertThat(world.announcements)
        .isLessThanOrEqualTo((int) Math.min(world.call.version(), Integer.MAX_VALUE));
    // Everybody goes, and the server looks: however it stood, it ends.
    world.connected.clear();
    for (int i = 0; i < 20 && world.call.isLive(); i++) {
      world.take(world.look());
      world.connected.clear();
      world.pass((int) POLL.toSeconds());
    }
    assertThat(world.reason()).isNotNull();
    assertThat(world.closings).isPositive();
  }

  @Property(tries = 300)
  void endsInTheSameWayWhenAllWebhooksAreLost(
      @ForAll("people") List<Step> steps, @ForAll long seed) {
    EndReason told = end(steps, new Random(seed));
    EndReason untold = end(steps, null);
    assertThat(untold).isEqualTo(told);
  }

  /// @param hints what shuffles the webhooks; null when there are none, only the look every so
  ///   often
  private static @Nullable EndReason end(List<Step> steps, @Nullable Random hints) {
    World world = new World();
    for (Step step : steps) {
      world.act(new Step(step.deed(), step.user(), step.deed() == Deed.CONNECT ? 0 : step.pick()));
      for (int i = 0; i < step.pick(); i++) {
        if (hints != null) {
          hint(world, hints);
        }
        world.pass(1);
        if (Duration.between(NOON, world.now).toSeconds() % POLL.toSeconds() == 0) {
          world.take(world.look());
        }
      }
    }
    world.connected.clear();
    for (int i = 0; i < 20 && world.call.isLive(); i++) {
      world.take(world.look());
      world.pass((int) POLL.toSeconds());
    }
    return world.reason();
  }

  /// Looks that were begun now or long ago, some of them twice.
  private static void hint(World world, Random random) {
    world.act(new Step(Deed.LOOK, 0, 0));
    world.act(
        new Step(
            random.nextBoolean() ? Deed.DELIVER : Deed.DELIVER_AGAIN, 0, random.nextInt(1000)));
    world.act(new Step(Deed.DELIVER, 0, world.underWay.size() - 1));
  }

  @Example
  void isMissedWhenNobodyAnswersInTime() {
    World world = new World();
    world.pass(44);
    assertThat(world.call.state()).isInstanceOf(CallState.Ringing.class);
    world.pass(1);
    assertThat(world.reason()).isEqualTo(EndReason.MISSED);
  }

  @Example
  void isRejectedOnceEverybodyCalledSaidNo() {
    World world = new World();
    world.act(new Step(Deed.REJECT, 1, 0));
    world.act(new Step(Deed.REJECT, 1, 0));
    assertThat(world.call.isLive()).isTrue();
    world.act(new Step(Deed.REJECT, 2, 0));
    assertThat(world.reason()).isEqualTo(EndReason.REJECTED);
  }

  @Example
  void waitsForThoseWhoLoseTheConnectionAndNotForThoseWhoLeave() {
    World world = new World();
    world.act(new Step(Deed.CONNECT, 0, 0));
    world.act(new Step(Deed.JOIN, 1, 0));
    world.act(new Step(Deed.CONNECT, 1, 0));
    world.take(world.look());
    world.act(new Step(Deed.LEAVE, 0, 0));
    assertThat(world.call.state()).isInstanceOf(CallState.Active.class);
    world.act(new Step(Deed.DROP, 1, 0));
    world.take(world.look());
    world.pass(19);
    assertThat(world.call.isLive()).isTrue();
    world.act(new Step(Deed.CONNECT, 1, 0));
    world.take(world.look());
    world.pass(60);
    assertThat(world.call.isLive()).isTrue();
    world.act(new Step(Deed.LEAVE, 1, 0));
    assertThat(world.reason()).isEqualTo(EndReason.COMPLETED);
  }

  @Example
  void passesOverWhatWasSeenBeforeTheLastChange() {
    World world = new World();
    world.act(new Step(Deed.JOIN, 1, 0));
    world.act(new Step(Deed.CONNECT, 1, 0));
    CallInput early = world.look();
    world.act(new Step(Deed.LEAVE, 1, 0));
    CallTransitions.Next next = CallTransitions.next(world.call, early, TIMES);
    assertThat(next.call()).isEqualTo(world.call);
    assertThat(next.effects()).containsExactly(new CallEffect.LookAgain());
  }

  @Example
  void letsGoOfWhoIsSeenAfterTheyLeftUntilTheyComeBack() {
    World world = new World();
    UserId user = USERS.get(1);
    world.act(new Step(Deed.JOIN, 1, 0));
    world.act(new Step(Deed.CONNECT, 1, 0));
    world.take(world.look());
    Sighting still = new Sighting(user, NOON, false, true);
    world.act(new Step(Deed.LEAVE, 1, 0));
    CallInput late = new CallInput.Look(world.call.version(), true, List.of(still), world.now);
    CallTransitions.Next next = CallTransitions.next(world.call, late, TIMES);
    assertThat(next.effects()).containsExactly(new CallEffect.Disconnect(user));
    assertThat(next.call().seat(user).presence()).isEqualTo(new Presence.Departed());
    world.act(new Step(Deed.JOIN, 1, 0));
    world.act(new Step(Deed.CONNECT, 1, 0));
    world.take(world.look());
    assertThat(world.call.seat(user).presence()).isInstanceOf(Presence.Connected.class);
  }

  @Example
  void failsWhenLiveKitIsSilentForTooLong() {
    World world = new World();
    world.act(new Step(Deed.JOIN, 1, 0));
    world.act(new Step(Deed.NO_ANSWER, 0, 0));
    world.pass(30);
    world.take(world.look());
    world.pass(29);
    world.act(new Step(Deed.NO_ANSWER, 0, 0));
    assertThat(world.call.isLive()).as("it answered meanwhile").isTrue();
    world.act(new Step(Deed.JOIN, 1, 0));
    world.pass(59);
    world.act(new Step(Deed.JOIN, 1, 0));
    world.pass(59);
    world.act(new Step(Deed.JOIN, 1, 0));
    world.pass(5);
    world.act(new Step(Deed.NO_ANSWER, 0, 0));
    assertThat(world.reason()).isEqualTo(EndReason.FAILED);
  }

  @Example
  void makesARoomAnewThatLiveKitLost() {
    World world = new World();
    world.act(new Step(Deed.JOIN, 1, 0));
    world.act(new Step(Deed.CONNECT, 1, 0));
    world.take(world.look());
    world.act(new Step(Deed.RESTART, 0, 0));
    CallTransitions.Next next = CallTransitions.next(world.call, world.look(), TIMES);
    assertThat(next.effects()).contains(new CallEffect.OpenRoom());
    assertThat(next.call().isLive()).isTrue();
  }
}
