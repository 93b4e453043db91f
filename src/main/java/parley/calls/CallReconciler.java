package parley.calls;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.background.BackgroundTasks;
import parley.background.PeriodicWork;
import parley.calls.livekit.LiveKitUnreachable;
import parley.calls.livekit.Webhook;
import parley.calls.livekit.WebhookVerifier;
import parley.db.Database;
import parley.rooms.Rooms;
import parley.tenants.UserId;

/// Reconciles calls with time and with LiveKit. Runs on every node; all state is in the database,
/// so any node may die.
///
/// A webhook only triggers an earlier query of LiveKit. Lost webhooks are made up for by querying
/// every live call at start and periodically.
public final class CallReconciler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CallReconciler.class);

  private static final String NAME = "call-reconciler";

  /// Maximum delay of a ring timeout or of the end of an empty call.
  private static final Duration TICK = Duration.ofMillis(500);

  private static final Duration AFTER_WEBHOOK = Duration.ofSeconds(1);

  private static final int BATCH = 100;

  /// How many calls LiveKit is asked about at once. Those about which it hangs delay the others
  /// only if there are more of them.
  private static final int MAX_CONCURRENT = 32;

  /// A call that changes faster than LiveKit answers is left to a later run.
  private static final int MAX_ATTEMPTS = 3;

  private final Database database;
  private final CallChanges changes;
  private final Rooms rooms;
  private final LiveKitRooms liveKit;
  private final Intervals intervals;
  private final PeriodicWork periodicWork = new PeriodicWork();
  private final BackgroundTasks followUps = new BackgroundTasks(NAME);
  private final Set<CallId> followedUp = ConcurrentHashMap.newKeySet();
  private final BackgroundTasks asking = new BackgroundTasks(NAME);
  private final Set<CallId> underWay = ConcurrentHashMap.newKeySet();
  private final Semaphore permits = new Semaphore(MAX_CONCURRENT);

  /// How often LiveKit is queried.
  ///
  /// @param all about each live call
  /// @param waiting about a call that is ringing or waiting for somebody, which is about to change
  public record Intervals(Duration all, Duration waiting) {}

  public CallReconciler(
      Database database,
      CallChanges changes,
      Rooms rooms,
      LiveKitRooms liveKit,
      Intervals intervals) {
    this.database = database;
    this.changes = changes;
    this.rooms = rooms;
    this.liveKit = liveKit;
    this.intervals = intervals;
  }

  /// Starts reconciling, first of all every live call.
  public void start() {
    periodicWork.every(TICK, NAME, this::tick);
    AtomicBoolean begun = new AtomicBoolean();
    periodicWork.every(
        intervals.all,
        NAME,
        () -> reconcileAll(begun.getAndSet(true) ? now().minus(intervals.all) : now()));
    periodicWork.every(intervals.waiting, NAME, this::reconcileWaiting);
  }

  @Override
  public void close() {
    periodicWork.close();
    followUps.close();
    asking.close();
  }

  /// Processes a webhook; returns false, without doing anything, if it was received before.
  boolean receive(Webhook webhook) {
    if (!database.inTransaction(
        transaction -> CallWorkTable.addWebhook(transaction, webhook.id(), now()))) {
      return false;
    }
    CallId.ofLiveKitRoom(webhook.room())
        .flatMap(id -> database.inTransaction(transaction -> CallTable.ref(transaction, id)))
        .ifPresent(call -> {
          PeriodicWork.safely(NAME, () -> reconcile(call));
          followUp(call);
        });
    return true;
  }

  /// LiveKit may send a webhook a moment before its API reflects the change.
  private void followUp(CallRef call) {
    if (followedUp.add(call.id())) {
      followUps.run(() -> {
        boolean stopped = periodicWork.stopsWithin(AFTER_WEBHOOK);
        followedUp.remove(call.id());
        if (!stopped) {
          reconcile(call);
        }
      });
    }
  }

  private void tick() {
    database
        .inTransaction(transaction -> CallWorkTable.due(transaction, now(), BATCH))
        .forEach(call -> PeriodicWork.safely(NAME, () -> apply(call, new CallInput.Tick(now()))));
  }

  private void reconcileAll(Instant notSince) {
    List<CallRef> calls =
        database.inTransaction(transaction -> {
          CallWorkTable.removeWebhooks(
              transaction, now().minus(WebhookVerifier.MAX_AGE.multipliedBy(2)));
          return CallWorkTable.take(transaction, false, notSince, now());
        });
    reconcile(calls).ifPresent(this::closeLeftOpen);
  }

  private void reconcileWaiting() {
    Instant notSince = now().minus(intervals.waiting);
    List<CallRef> calls =
        database.inTransaction(
            transaction -> CallWorkTable.take(transaction, true, notSince, now()));
    if (!calls.isEmpty()) {
      reconcile(calls);
    }
  }

  /// Starts to reconcile these calls and returns all that are open in LiveKit; empty if it does not
  /// answer, which costs one timeout rather than one per call.
  private Optional<Set<CallId>> reconcile(List<CallRef> calls) {
    Set<CallId> open;
    try {
      open = liveKit.open();
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} calls could not be reconciled: {}", calls.size(), e.getMessage());
      calls.forEach(
          call -> PeriodicWork.safely(NAME, () -> apply(call, new CallInput.NoAnswer(now()))));
      return Optional.empty();
    }
    calls.forEach(call -> soon(call, () -> reconcile(call)));
    return Optional.of(open);
  }

  /// Starts a task unless the one before, about the same call, still runs. Concurrently, because
  /// LiveKit may answer about one call and hang about another.
  private void soon(CallRef call, Runnable task) {
    if (underWay.add(call.id())) {
      permits.acquireUninterruptibly();
      asking.run(() -> {
        try {
          task.run();
        } finally {
          underWay.remove(call.id());
          permits.release();
        }
      });
    }
  }

  /// Closes the rooms of ended calls that LiveKit could not be told about, that somebody stayed in,
  /// or that were opened again.
  private void closeLeftOpen(Set<CallId> open) {
    List<CallRef> ended =
        database.inTransaction(transaction -> {
          List<CallRef> left =
              CallWorkTable.takeLeftOpen(transaction, now().minus(intervals.all), now(), BATCH);
          return Stream.concat(left.stream(), CallWorkTable.ended(transaction, open).stream())
              .distinct()
              .toList();
        });
    ended.forEach(call -> soon(call, () -> close(call)));
  }

  private void close(CallRef call) {
    try {
      changes.close(call);
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} stays open in LiveKit: {}", call.id(), e.getMessage());
    }
  }

  private void reconcile(CallRef ref) {
    boolean outdated = true;
    for (int attempt = 0; outdated && attempt < MAX_ATTEMPTS; attempt++) {
      outdated = observe(ref);
    }
  }

  /// @return whether the call changed in the meantime, so that LiveKit must be queried again
  private boolean observe(CallRef ref) {
    Call call =
        database.inTransaction(transaction -> CallTable.find(transaction, ref).orElseThrow());
    boolean lost = database.inTransaction(transaction -> CallWorkTable.isLost(transaction, ref));
    try {
      if (!call.isLive()) {
        boolean open = liveKit.isOpen(ref.id());
        return apply(ref, new CallInput.Observed(call.version(), open, List.of(), 0, now()));
      }
      RoomSnapshot snapshot = liveKit.snapshot(ref.id(), lost);
      return apply(
          ref,
          new CallInput.Observed(
              call.version(), snapshot.open(), snapshot.participants(), snapshot.unlisted(), now()),
          (transaction, locked) -> changes.seen(transaction, locked, snapshot, lost));
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} could not be reconciled: {}", ref.id(), e.getMessage());
      return apply(ref, new CallInput.NoAnswer(now()));
    }
  }

  private boolean apply(CallRef ref, CallInput input) {
    return apply(ref, input, (transaction, call) -> {});
  }

  /// @param also runs in the same transaction, unless the input is outdated
  /// @return whether the input is outdated
  private boolean apply(CallRef ref, CallInput input, BiConsumer<Handle, Call> also) {
    return database.inTransaction(transaction -> {
      Call call = CallTable.lock(transaction, ref).orElseThrow();
      CallChanges.Outcome outcome = changes.apply(transaction, call, input);
      if (input instanceof CallInput.Observed observed && !outcome.outdated()) {
        Call after = removeStrangers(transaction, outcome.call(), observed);
        if (after.isLive()) {
          also.accept(transaction, after);
        }
      }
      return outcome.outdated();
    });
  }

  /// Removes everybody from a call who is no longer a member of its room.
  private Call removeStrangers(Handle transaction, Call call, CallInput.Observed observed) {
    if (observed.participants().isEmpty() || !call.isLive()) {
      return call;
    }
    Set<UserId> members =
        rooms.joined(transaction, call.tenant(), call.room()).stream()
            .map(member -> member.user())
            .collect(Collectors.toCollection(HashSet::new));
    Call current = call;
    for (ParticipantSnapshot participant : observed.participants()) {
      if (!members.contains(participant.user()) && current.isLive()) {
        CallInput leave = new CallInput.Leave(participant.user(), observed.now());
        current = changes.apply(transaction, current, leave).call();
      }
    }
    return current;
  }

  private Instant now() {
    return changes.clock().instant();
  }
}
