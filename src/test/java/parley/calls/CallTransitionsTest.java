package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import parley.tenants.UserId;

/// The state machine of calls, against whatever may happen in whatever order.
class CallTransitionsTest {
  @Provide
  Arbitrary<List<CallWorld.Step>> anything() {
    return Combinators.combine(
            Arbitraries.of(CallWorld.Deed.class),
            Arbitraries.integers().between(0, CallWorld.USERS.size() - 1),
            Arbitraries.integers().between(0, 60))
        .as(CallWorld.Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(60);
  }

  /// What people do who use the API as they should, without anything lost.
  @Provide
  Arbitrary<List<CallWorld.Step>> people() {
    return Combinators.combine(
            Arbitraries.of(
                CallWorld.Deed.JOIN,
                CallWorld.Deed.LEAVE,
                CallWorld.Deed.REJECT,
                CallWorld.Deed.CONNECT,
                CallWorld.Deed.DROP,
                CallWorld.Deed.END),
            Arbitraries.integers().between(0, CallWorld.USERS.size() - 1),
            Arbitraries.integers().between(1, 40))
        .as(CallWorld.Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(30);
  }

  @Property(tries = 2000)
  void keepsItsPromisesWhateverHappens(@ForAll("anything") List<CallWorld.Step> steps) {
    CallWorld world = new CallWorld();
    for (CallWorld.Step step : steps) {
      world.act(step);
    }
    assertThat(world.announcements)
        .isLessThanOrEqualTo((int) Math.min(world.call.version(), Integer.MAX_VALUE));
    // Everybody goes, and the server looks: however it stood, it ends.
    world.connected.clear();
    for (int i = 0; i < 20 && world.call.isLive(); i++) {
      world.take(world.observe());
      world.connected.clear();
      world.pass((int) CallWorld.POLL.toSeconds());
    }
    assertThat(world.reason()).isNotNull();
    assertThat(world.closings).isPositive();
  }

  @Property(tries = 300)
  void endsInTheSameWayWhenAllWebhooksAreLost(
      @ForAll("people") List<CallWorld.Step> steps, @ForAll long seed) {
    CallEndReason told = end(steps, new Random(seed));
    CallEndReason untold = end(steps, null);
    assertThat(untold).isEqualTo(told);
  }

  /// @param hints what shuffles the webhooks; null when there are none, only the look every so
  ///   often
  private static @Nullable CallEndReason end(List<CallWorld.Step> steps, @Nullable Random hints) {
    CallWorld world = new CallWorld();
    for (CallWorld.Step step : steps) {
      world.act(
          new CallWorld.Step(
              step.deed(), step.user(), step.deed() == CallWorld.Deed.CONNECT ? 0 : step.pick()));
      for (int i = 0; i < step.pick(); i++) {
        if (hints != null) {
          hint(world, hints);
        }
        world.pass(1);
        if (Duration.between(CallWorld.NOON, world.now).toSeconds() % CallWorld.POLL.toSeconds()
            == 0) {
          world.take(world.observe());
        }
      }
    }
    world.connected.clear();
    for (int i = 0; i < 20 && world.call.isLive(); i++) {
      world.take(world.observe());
      world.pass((int) CallWorld.POLL.toSeconds());
    }
    return world.reason();
  }

  /// Observations that were begun now or long ago, some of them twice.
  private static void hint(CallWorld world, Random random) {
    world.act(new CallWorld.Step(CallWorld.Deed.OBSERVE, 0, 0));
    world.act(
        new CallWorld.Step(
            random.nextBoolean() ? CallWorld.Deed.DELIVER : CallWorld.Deed.DELIVER_AGAIN,
            0,
            random.nextInt(1000)));
    world.act(new CallWorld.Step(CallWorld.Deed.DELIVER, 0, world.underWay.size() - 1));
  }

  @Example
  void isMissedWhenNobodyAnswersInTime() {
    CallWorld world = new CallWorld();
    world.pass(44);
    assertThat(world.call.state()).isInstanceOf(CallState.Ringing.class);
    world.pass(1);
    assertThat(world.reason()).isEqualTo(CallEndReason.MISSED);
  }

  @Example
  void isRejectedOnceEverybodyCalledSaidNo() {
    CallWorld world = new CallWorld();
    world.act(new CallWorld.Step(CallWorld.Deed.REJECT, 1, 0));
    world.act(new CallWorld.Step(CallWorld.Deed.REJECT, 1, 0));
    assertThat(world.call.isLive()).isTrue();
    world.act(new CallWorld.Step(CallWorld.Deed.REJECT, 2, 0));
    assertThat(world.reason()).isEqualTo(CallEndReason.REJECTED);
  }

  @Example
  void waitsForThoseWhoLoseTheConnectionAndNotForThoseWhoLeave() {
    CallWorld world = new CallWorld();
    world.act(new CallWorld.Step(CallWorld.Deed.CONNECT, 0, 0));
    world.act(new CallWorld.Step(CallWorld.Deed.JOIN, 1, 0));
    world.act(new CallWorld.Step(CallWorld.Deed.CONNECT, 1, 0));
    world.take(world.observe());
    world.act(new CallWorld.Step(CallWorld.Deed.LEAVE, 0, 0));
    assertThat(world.call.state()).isInstanceOf(CallState.Active.class);
    world.act(new CallWorld.Step(CallWorld.Deed.DROP, 1, 0));
    world.take(world.observe());
    world.pass(19);
    assertThat(world.call.isLive()).isTrue();
    world.act(new CallWorld.Step(CallWorld.Deed.CONNECT, 1, 0));
    world.take(world.observe());
    world.pass(60);
    assertThat(world.call.isLive()).isTrue();
    world.act(new CallWorld.Step(CallWorld.Deed.LEAVE, 1, 0));
    assertThat(world.reason()).isEqualTo(CallEndReason.COMPLETED);
  }

  @Example
  void passesOverWhatWasSeenBeforeTheLastChange() {
    CallWorld world = new CallWorld();
    world.act(new CallWorld.Step(CallWorld.Deed.JOIN, 1, 0));
    world.act(new CallWorld.Step(CallWorld.Deed.CONNECT, 1, 0));
    CallInput early = world.observe();
    world.act(new CallWorld.Step(CallWorld.Deed.LEAVE, 1, 0));
    CallTransitions.Next next = CallTransitions.next(world.call, early, CallWorld.TIMES);
    assertThat(next.call()).isEqualTo(world.call);
    assertThat(next.effects()).containsExactly(new CallEffect.ObserveAgain());
  }

  @Example
  void letsGoOfWhoIsSeenAfterTheyLeftUntilTheyComeBack() {
    CallWorld world = new CallWorld();
    UserId user = CallWorld.USERS.get(1);
    world.act(new CallWorld.Step(CallWorld.Deed.JOIN, 1, 0));
    world.act(new CallWorld.Step(CallWorld.Deed.CONNECT, 1, 0));
    world.take(world.observe());
    ParticipantSnapshot still = new ParticipantSnapshot(user, CallWorld.NOON, false, true);
    world.act(new CallWorld.Step(CallWorld.Deed.LEAVE, 1, 0));
    CallInput late =
        new CallInput.Observed(world.call.version(), true, List.of(still), 0, world.now);
    CallTransitions.Next next = CallTransitions.next(world.call, late, CallWorld.TIMES);
    assertThat(next.effects()).containsExactly(new CallEffect.Disconnect(user));
    assertThat(presence(next.call(), user)).isEqualTo(new Presence.Left());
    world.act(new CallWorld.Step(CallWorld.Deed.JOIN, 1, 0));
    world.act(new CallWorld.Step(CallWorld.Deed.CONNECT, 1, 0));
    world.take(world.observe());
    assertThat(presence(world.call, user)).isInstanceOf(Presence.Connected.class);
  }

  @Example
  void failsWhenLiveKitIsSilentForTooLong() {
    CallWorld world = new CallWorld();
    world.act(new CallWorld.Step(CallWorld.Deed.JOIN, 1, 0));
    world.act(new CallWorld.Step(CallWorld.Deed.NO_ANSWER, 0, 0));
    world.pass(30);
    world.take(world.observe());
    world.pass(29);
    world.act(new CallWorld.Step(CallWorld.Deed.NO_ANSWER, 0, 0));
    assertThat(world.call.isLive()).as("it answered meanwhile").isTrue();
    world.act(new CallWorld.Step(CallWorld.Deed.JOIN, 1, 0));
    world.pass(59);
    world.act(new CallWorld.Step(CallWorld.Deed.JOIN, 1, 0));
    world.pass(59);
    world.act(new CallWorld.Step(CallWorld.Deed.JOIN, 1, 0));
    world.pass(5);
    world.act(new CallWorld.Step(CallWorld.Deed.NO_ANSWER, 0, 0));
    assertThat(world.reason()).isEqualTo(CallEndReason.FAILED);
  }

  @Example
  void makesARoomAnewThatLiveKitLost() {
    CallWorld world = new CallWorld();
    world.act(new CallWorld.Step(CallWorld.Deed.JOIN, 1, 0));
    world.act(new CallWorld.Step(CallWorld.Deed.CONNECT, 1, 0));
    world.take(world.observe());
    world.act(new CallWorld.Step(CallWorld.Deed.RESTART, 0, 0));
    CallTransitions.Next next = CallTransitions.next(world.call, world.observe(), CallWorld.TIMES);
    assertThat(next.effects()).contains(new CallEffect.OpenRoom());
    assertThat(next.call().isLive()).isTrue();
  }

  private static Presence presence(Call call, UserId user) {
    return Objects.requireNonNull(call.participants().get(user)).presence();
  }
}
