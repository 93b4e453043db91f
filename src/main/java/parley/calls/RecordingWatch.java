package parley.calls;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.background.PeriodicWork;
import parley.calls.RecordingState.Collecting;
import parley.calls.RecordingState.Completed;
import parley.calls.RecordingState.Failed;
import parley.calls.RecordingState.Finishing;
import parley.calls.RecordingState.Requested;
import parley.calls.RecordingState.Running;
import parley.calls.RecordingState.Stopping;
import parley.calls.RecordingTable.Ref;
import parley.calls.livekit.Egress;
import parley.calls.livekit.EgressInfo;
import parley.calls.livekit.LiveKitUnreachable;
import parley.db.Database;
import parley.tenants.TenantId;

/// Keeps recordings in step with time, with their calls and with egress, on every node alike: all
/// it goes by is in the database, so that any node may die.
///
/// A webhook tells what LiveKit would answer. What no webhook told it finds when it looks after
/// every recording that is not finished, which it does at start and then every so often.
public final class RecordingWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingWatch.class);

  /// How long a recording may outlive its call before it is told to stop.
  private static final Duration TICK = Duration.ofMillis(500);

  /// How long a file stays that this server may not remove, before it tries again.
  private static final Duration REMOVED_AGAIN = Duration.ofHours(1);

  private final Database database;
  private final RecordingTable table = new RecordingTable();
  private final CallTable calls = new CallTable();
  private final RecordingSteps steps;
  private final RecordingCollector collector;
  private final Egress egress;
  private final Recorders recorders;
  private final RecordingPlace place;
  private final Duration lookEvery;
  private final Duration patience;
  private final PeriodicWork periodicWork = new PeriodicWork();
  private final ExecutorService looking = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<RecordingId> underWay = ConcurrentHashMap.newKeySet();

  /// @param patience how long what was told to stop may stay in the call, and what records may take
  ///   to have a file
  public RecordingWatch(
      Database database,
      RecordingSteps steps,
      RecordingCollector collector,
      Egress egress,
      Recorders recorders,
      RecordingPlace place,
      Duration lookEvery,
      Duration patience) {
    this.database = database;
    this.steps = steps;
    this.collector = collector;
    this.egress = egress;
    this.recorders = recorders;
    this.place = place;
    this.lookEvery = lookEvery;
    this.patience = patience;
  }

  /// Begins, with a look at every recording that is not finished.
  public void start() {
    periodicWork.every(TICK, "recording-ends", this::stopWithTheirCalls);
    AtomicBoolean begun = new AtomicBoolean();
    periodicWork.every(
        lookEvery,
        "recording-looks",
        () -> lookAfter(begun.getAndSet(true) ? now().minus(lookEvery) : now()));
  }

  @Override
  public void close() {
    periodicWork.close();
    looking.close();
  }

  /// Takes what a webhook tells of an egress; one that is not ours changes nothing.
  void hear(EgressInfo info) {
    CallId.ofLiveKitRoom(info.room())
        .flatMap(id -> database.inTransaction(transaction -> calls.owner(transaction, id)))
        .ifPresent(call -> hear(call.tenant(), call.id(), info));
  }

  private void hear(TenantId tenant, CallId call, EgressInfo info) {
    database.inTransaction(transaction -> table.list(transaction, tenant, call)).stream()
        .filter(recording -> egress.isInto(info, recording.file()))
        .forEach(recording ->
            PeriodicWork.safely("recording-looks", () -> hear(Ref.of(recording), info)));
  }

  private void hear(Ref ref, EgressInfo info) {
    Recording now = steps.take(ref, new RecordingInput.Told(info, now()));
    if (now.state() instanceof Failed && info.isOn()) {
      // It was given up, and members were told so.
      database.useTransaction(transaction -> table.takenLate(transaction, ref, info.id()));
      steps.stopSoon(ref, info.id());
    }
  }

  private void stopWithTheirCalls() {
    List<Ref> outliving = database.inTransaction(table::outliving);
    outliving.forEach(ref ->
        PeriodicWork.safely(
            "recording-looks",
            () -> steps.take(ref, new RecordingInput.Stop(EndCause.CALL_ENDED, now()))));
  }

  private void lookAfter(Instant notSince) {
    List<Ref> taken =
        database.inTransaction(
            transaction -> table.take(transaction, notSince, now().minus(REMOVED_AGAIN), now()));
    // LiveKit may answer for one and hang for another.
    taken.forEach(this::lookSoon);
    database.inTransaction(table::recordedUnknown).forEach(this::lookForUnknown);
  }

  /// What records a call may have been given up before anybody heard that egress took it.
  private void lookForUnknown(CallTable.Ref call) {
    try {
      egress.list(call.id().liveKitRoom()).forEach(info -> hear(call.tenant(), call.id(), info));
    } catch (LiveKitUnreachable e) {
      LOG.warn("what records {} is not known: {}", call.id(), e.getMessage());
    }
  }

  private void lookSoon(Ref ref) {
    if (!underWay.add(ref.id())) {
      return;
    }
    try {
      looking.execute(() -> {
        try {
          PeriodicWork.safely("recording-looks", () -> look(ref));
        } finally {
          underWay.remove(ref.id());
        }
      });
    } catch (RejectedExecutionException stopping) {
      LOG.debug("{} is left to the next node", ref.id());
    }
  }

  private void look(Ref ref) {
    Recording recording =
        database.inTransaction(transaction -> table.find(transaction, ref).orElseThrow());
    switch (recording.state()) {
      case Requested requested -> lookForUnanswered(ref, recording);
      case Running running -> lookInCall(ref, running.egress());
      case Stopping beingStopped -> {
        steps.stop(ref, beingStopped.egress());
        lookInCall(ref, beingStopped.egress());
      }
      case Finishing finishing -> {
        if (!lookForFile(ref, recording, finishing)) {
          // Nobody is late as long as the place does not answer.
          return;
        }
      }
      // One large file must not keep the others waiting.
      case Collecting collecting -> steps.collectSoon(ref);
      case Completed completed -> steps.collectSoon(ref);
      case Failed failed -> steps.collectSoon(ref);
    }
    if (!(recording.state() instanceof Running)) {
      endWhatStays(ref, recording);
    }
    steps.take(ref, new RecordingInput.Tick(now()));
  }

  /// Whether the place of the files answers.
  private boolean lookForFile(Ref ref, Recording recording, Finishing finishing) {
    try {
      if (!steps.lookFor(ref, finishing.egress())) {
        steps.take(ref, new RecordingInput.Unknown(now()));
      }
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} could not be looked at: {}", ref.id(), e.getMessage());
    }
    // LiveKit may never learn that egress is done.
    Optional<RecordingInput> seen = collector.look(recording);
    seen.ifPresent(what -> steps.take(ref, what));
    return !(seen.orElse(null) instanceof RecordingInput.PlaceAway);
  }

  /// LiveKit never learns of an egress whose machine died, and goes on listing it as active; and
  /// one whose Redis lost its data knows no egress that records all the same.
  private void lookInCall(Ref ref, String id) {
    boolean known;
    try {
      known = steps.lookFor(ref, id);
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} could not be looked at: {}", ref.id(), e.getMessage());
      return;
    }
    Set<String> there = recorders.look(call(ref)).orElse(null);
    if (there == null) {
      return;
    }
    RecordingState state = find(ref).state();
    lookForPlace(ref);
    if (there.contains(id) || (there.contains(RoomSight.UNLISTED) && state.seen() != null)) {
      steps.take(ref, new RecordingInput.Seen(now()));
    } else if (state.seen() != null || there.isEmpty()) {
      // Else one that was never seen may be there under another name.
      steps.take(
          ref, known ? new RecordingInput.NotSeen(now()) : new RecordingInput.Unknown(now()));
    }
  }

  /// A file that shows nowhere is better told of now than after the meeting.
  private void lookForPlace(Ref ref) {
    Recording recording = find(ref);
    boolean begun =
        recording.state() instanceof Running running
            && running.active()
            && !now().isBefore(running.since().plus(patience));
    if (begun) {
      boolean shows = place.shows(recording, now());
      if (shows == recording.misplaced()) {
        steps.shows(ref, shows);
      }
    }
  }

  /// What is to record no more, and is seen doing so, is told again; and then put out of the call.
  private void endWhatStays(Ref ref, Recording recording) {
    Optional<String> egress = database.inTransaction(tx -> table.egress(tx, ref));
    boolean there =
        egress.isPresent()
            && database
                .inTransaction(tx -> calls.find(tx, ref.tenant(), ref.call()).orElseThrow())
                .recorders()
                .contains(egress.get());
    if (!there) {
      return;
    }
    if (!(recording.state() instanceof Stopping)) {
      steps.stop(ref, egress.get());
    }
    boolean stays = recorders.look(call(ref)).map(now -> now.contains(egress.get())).orElse(false);
    if (stays && !now().isBefore(recording.state().since().plus(patience))) {
      LOG.warn("{} goes on although {} was told to stop: it is put out", ref.id(), egress.get());
      recorders.putOut(call(ref), egress.get());
    }
  }

  private Recording find(Ref ref) {
    return database.inTransaction(transaction -> table.find(transaction, ref).orElseThrow());
  }

  private static CallTable.Ref call(Ref ref) {
    return new CallTable.Ref(ref.tenant(), ref.call());
  }

  /// Egress may have taken it without this server hearing so.
  private void lookForUnanswered(Ref ref, Recording recording) {
    try {
      egress
          .find(recording.call().liveKitRoom(), recording.file())
          .ifPresent(info -> steps.take(ref, new RecordingInput.Told(info, now())));
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} could not be looked for: {}", ref.id(), e.getMessage());
    }
  }

  private Instant now() {
    return steps.clock().instant();
  }
}
