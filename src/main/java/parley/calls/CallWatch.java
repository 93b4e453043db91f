package parley.calls;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.background.PeriodicWork;
import parley.calls.CallTable.Ref;
import parley.calls.livekit.LiveKitUnreachable;
import parley.calls.livekit.Webhook;
import parley.calls.livekit.WebhookSeal;
import parley.db.Database;
import parley.rooms.Rooms;
import parley.tenants.UserId;

/// Keeps calls in step with time and with LiveKit, on every node alike: all it goes by is in the
/// database, so that any node may die.
///
/// A webhook only makes it look sooner. What it does not hear of it finds when it looks at every
/// live call, which it does at start and then every so often.
public final class CallWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CallWatch.class);

  /// How late a ring timeout or the end of an empty call may be.
  private static final Duration TICK = Duration.ofMillis(500);

  private static final Duration SOON = Duration.ofSeconds(1);

  private static final int DUE_AT_ONCE = 100;

  /// A call to which so much happens that no look is recent enough is looked at later.
  private static final int MOST_LOOKS = 3;

  private final Database database;
  private final CallTable table = new CallTable();
  private final CallChanges changes;
  private final Rooms rooms;
  private final LiveKitRooms liveKit;
  private final Looks looks;
  private final PeriodicWork periodicWork = new PeriodicWork();
  private final Set<CallId> lookedAtSoon = ConcurrentHashMap.newKeySet();

  /// How often LiveKit is asked.
  ///
  /// @param every about each live call
  /// @param awaited about one that rings or waits for somebody: there something is about to happen
  public record Looks(Duration every, Duration awaited) {}

  public CallWatch(
      Database database, CallChanges changes, Rooms rooms, LiveKitRooms liveKit, Looks looks) {
    this.database = database;
    this.changes = changes;
    this.rooms = rooms;
    this.liveKit = liveKit;
    this.looks = looks;
  }

  /// Begins, with a look at every live call.
  public void start() {
    periodicWork.every(TICK, "call-timers", this::tick);
    AtomicBoolean begun = new AtomicBoolean();
    periodicWork.every(
        looks.every,
        "call-looks",
        () -> lookAtAll(begun.getAndSet(true) ? now().minus(looks.every) : now()));
    periodicWork.every(looks.awaited, "call-looks", this::lookAtAwaited);
  }

  @Override
  public void close() {
    periodicWork.close();
  }

  /// Takes a webhook; false when it was taken before, and then nothing happens.
  boolean hear(Webhook webhook) {
    if (!database.inTransaction(transaction -> table.note(transaction, webhook.id(), now()))) {
      return false;
    }
    CallId.ofLiveKitRoom(webhook.room())
        .flatMap(id -> database.inTransaction(transaction -> table.owner(transaction, id)))
        .ifPresent(call -> {
          PeriodicWork.safely("call-looks", () -> look(call));
          lookOnceMore(call);
        });
    return true;
  }

  /// LiveKit may tell of something a moment before it answers so itself.
  private void lookOnceMore(Ref call) {
    if (lookedAtSoon.add(call.id())) {
      Thread.ofVirtual()
          .name("call-look")
          .start(() -> {
            boolean stopped = periodicWork.stopsWithin(SOON);
            lookedAtSoon.remove(call.id());
            if (!stopped) {
              PeriodicWork.safely("call-looks", () -> look(call));
            }
          });
    }
  }

  private void tick() {
    List<Ref> due =
        database.inTransaction(transaction -> table.due(transaction, now(), DUE_AT_ONCE));
    due.forEach(
        call -> PeriodicWork.safely("call-looks", () -> apply(call, new CallInput.Tick(now()))));
  }

  private void lookAtAll(Instant notSince) {
    List<Ref> calls =
        database.inTransaction(transaction -> {
          table.forget(transaction, now().minus(WebhookSeal.OLDEST.multipliedBy(2)));
          return table.take(transaction, false, notSince, now());
        });
    lookAt(calls).ifPresent(this::closeLeftOpen);
  }

  private void lookAtAwaited() {
    Instant notSince = now().minus(looks.awaited);
    List<Ref> calls =
        database.inTransaction(transaction -> table.take(transaction, true, notSince, now()));
    if (!calls.isEmpty()) {
      lookAt(calls);
    }
  }

  /// Looks at these calls, and answers all those that are open in LiveKit; empty when it does not
  /// answer, which is waited for once and not for each call.
  private Optional<Set<CallId>> lookAt(List<Ref> calls) {
    Set<CallId> open;
    try {
      open = liveKit.open();
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} calls could not be looked at: {}", calls.size(), e.getMessage());
      calls.forEach(call ->
          PeriodicWork.safely("call-looks", () -> apply(call, new CallInput.NoAnswer(now()))));
      return Optional.empty();
    }
    calls.forEach(call -> PeriodicWork.safely("call-looks", () -> look(call)));
    return Optional.of(open);
  }

  /// Rooms of calls that ended while LiveKit could not be told, or in which somebody stayed, and
  /// those that were opened again.
  private void closeLeftOpen(Set<CallId> open) {
    List<Ref> over =
        database.inTransaction(transaction -> {
          List<Ref> left =
              table.takeLeftOpen(transaction, now().minus(looks.every), now(), DUE_AT_ONCE);
          return Stream.concat(left.stream(), table.ended(transaction, open).stream())
              .distinct()
              .toList();
        });
    for (Ref call : over) {
      try {
        changes.close(call);
      } catch (LiveKitUnreachable e) {
        LOG.warn("{} stays open in LiveKit: {}", call.id(), e.getMessage());
        return;
      }
    }
  }

  private void look(Ref ref) {
    for (int i = 0; i < MOST_LOOKS; i++) {
      Known known = database.inTransaction(transaction -> known(transaction, ref));
      if (!look(ref, known)) {
        return;
      }
    }
  }

  /// What was known of a call before LiveKit was asked.
  private record Known(Call call, boolean isLost) {}

  private Known known(Handle transaction, Ref ref) {
    return new Known(
        table.find(transaction, ref.tenant(), ref.id()).orElseThrow(),
        table.isLost(transaction, ref));
  }

  /// @return whether somebody has to look again
  private boolean look(Ref ref, Known known) {
    long version = known.call().version();
    try {
      if (!known.call().isLive()) {
        boolean open = liveKit.isOpen(ref.id());
        return apply(ref, new CallInput.Look(version, open, List.of(), 0, now()));
      }
      RoomSight sight = liveKit.look(ref.id(), known.isLost());
      return apply(
          ref,
          new CallInput.Look(version, sight.open(), sight.present(), sight.unlisted(), now()),
          (transaction, call) -> changes.seen(transaction, call, sight, known.isLost()));
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} could not be looked at: {}", ref.id(), e.getMessage());
      return apply(ref, new CallInput.NoAnswer(now()));
    }
  }

  private boolean apply(Ref ref, CallInput input) {
    return apply(ref, input, (transaction, call) -> {});
  }

  /// @param also done in the same transaction, unless the input came too late
  /// @return whether somebody has to look again
  private boolean apply(Ref ref, CallInput input, BiConsumer<Handle, Call> also) {
    return database.inTransaction(transaction -> {
      Call call = table.lock(transaction, ref.tenant(), ref.id()).orElseThrow();
      CallChanges.Outcome outcome = changes.apply(transaction, call, input);
      if (input instanceof CallInput.Look look && !outcome.lookAgain()) {
        Call after = sendAwayStrangers(transaction, outcome.call(), look);
        if (after.isLive()) {
          also.accept(transaction, after);
        }
      }
      return outcome.lookAgain();
    });
  }

  /// Who has left the room since, or was removed, has no place in its call.
  private Call sendAwayStrangers(Handle transaction, Call call, CallInput.Look look) {
    if (look.present().isEmpty() || !call.isLive()) {
      return call;
    }
    Set<UserId> members =
        rooms.joined(transaction, call.tenant(), call.room()).stream()
            .map(member -> member.user())
            .collect(Collectors.toCollection(HashSet::new));
    Call current = call;
    for (Sighting sighting : look.present()) {
      if (!members.contains(sighting.user()) && current.isLive()) {
        current =
            changes
                .apply(transaction, current, new CallInput.Leave(sighting.user(), look.now()))
                .call();
      }
    }
    return current;
  }

  private Instant now() {
    return changes.clock().instant();
  }
}
