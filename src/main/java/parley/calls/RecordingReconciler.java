package parley.calls;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.background.BackgroundTasks;
import parley.background.PeriodicWork;
import parley.calls.RecordingState.Completed;
import parley.calls.RecordingState.Failed;
import parley.calls.RecordingState.Finishing;
import parley.calls.RecordingState.Importing;
import parley.calls.RecordingState.Requested;
import parley.calls.RecordingState.Running;
import parley.calls.RecordingState.Stopping;
import parley.calls.livekit.Egress;
import parley.calls.livekit.EgressInfo;
import parley.calls.livekit.LiveKitUnreachable;
import parley.db.Database;

/// Reconciles recordings with time, with their calls and with egress. Runs on every node; all state
/// is in the database, so any node may die.
///
/// A webhook carries the same state as LiveKit's API. Lost webhooks are made up for by querying
/// every unfinished recording at start and periodically.
public final class RecordingReconciler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingReconciler.class);

  private static final String NAME = "recording-reconciler";

  /// How long a recording may outlive its call, or its tenant's right to record, before it is
  /// stopped.
  private static final Duration TICK = Duration.ofMillis(500);

  /// How often to look for a file that has been missing for long, and to retry deleting one that
  /// this server may not delete.
  private static final Duration RARELY = Duration.ofHours(1);

  private final Database database;
  private final RecordingSteps steps;
  private final RecordingImporter importer;
  private final Egress egress;
  private final Recorders recorders;
  private final RecordingLocation location;
  private final Settings settings;
  private final PeriodicWork periodicWork = new PeriodicWork();
  private final BackgroundTasks reconciling = new BackgroundTasks(NAME);
  private final Set<Object> underWay = ConcurrentHashMap.newKeySet();

  /// Timing of the reconciliation.
  ///
  /// @param interval how often LiveKit is queried about each unfinished recording
  /// @param patience how long a recorder may stay in the call after being told to stop, and how
  ///   long a recording may run without a file
  public record Settings(Duration interval, Duration patience) {}

  public RecordingReconciler(
      Database database,
      RecordingSteps steps,
      RecordingImporter importer,
      Egress egress,
      Recorders recorders,
      RecordingLocation location,
      Settings settings) {
    this.database = database;
    this.steps = steps;
    this.importer = importer;
    this.egress = egress;
    this.recorders = recorders;
    this.location = location;
    this.settings = settings;
  }

  /// Starts reconciling, first of all every unfinished recording.
  public void start() {
    periodicWork.every(TICK, NAME, this::stopWithTheirCalls);
    periodicWork.every(TICK, NAME, this::stopForbidden);
    AtomicBoolean begun = new AtomicBoolean();
    periodicWork.every(
        settings.interval,
        NAME,
        () -> reconcileAll(begun.getAndSet(true) ? now().minus(settings.interval) : now()));
  }

  @Override
  public void close() {
    periodicWork.close();
    reconciling.close();
  }

  /// Processes the state of an egress from a webhook; unknown ones are ignored.
  void receive(EgressInfo info) {
    CallId.ofLiveKitRoom(info.room())
        .flatMap(id -> database.inTransaction(transaction -> CallTable.ref(transaction, id)))
        .ifPresent(call -> receive(call, info));
  }

  private void receive(CallRef call, EgressInfo info) {
    database.inTransaction(transaction -> RecordingTable.list(transaction, call)).stream()
        .filter(recording -> egress.isInto(info, recording.file()))
        .forEach(recording -> PeriodicWork.safely(NAME, () -> receive(recording.ref(), info)));
  }

  private void receive(RecordingRef ref, EgressInfo info) {
    Recording now = steps.apply(ref, new RecordingInput.Reported(info, now()));
    if (now.state() instanceof Failed) {
      steps.acceptedLate(ref, info);
    }
  }

  private void stopWithTheirCalls() {
    database
        .inTransaction(RecordingWorkTable::outliving)
        .forEach(ref -> stop(ref, RecordingEndReason.CALL_ENDED));
  }

  private void stopForbidden() {
    database
        .inTransaction(RecordingWorkTable::forbidden)
        .forEach(ref -> stop(ref, RecordingEndReason.STOPPED));
  }

  private void stop(RecordingRef ref, RecordingEndReason why) {
    PeriodicWork.safely(NAME, () -> steps.apply(ref, new RecordingInput.Stop(why, now())));
  }

  private void reconcileAll(Instant notSince) {
    // Concurrently, because LiveKit may answer for one and hang for another.
    database
        .inTransaction(transaction ->
            RecordingWorkTable.take(transaction, notSince, now().minus(RARELY), now()))
        .forEach(ref -> soon(ref.id(), () -> reconcile(ref)));
    database
        .inTransaction(RecordingWorkTable::withUnknownRecorders)
        .forEach(call -> soon(call.id(), () -> lookUpRecorders(call)));
  }

  /// Egress may have accepted a recording after it was abandoned.
  private void lookUpRecorders(CallRef call) {
    try {
      egress.list(call.id().liveKitRoom()).forEach(info -> receive(call, info));
    } catch (LiveKitUnreachable e) {
      LOG.warn("the recorders of {} could not be looked up: {}", call.id(), e.getMessage());
    }
  }

  /// Starts a task unless the one before, about the same recording or call, still runs.
  private void soon(Object about, Runnable task) {
    if (underWay.add(about)) {
      reconciling.run(() -> {
        try {
          task.run();
        } finally {
          underWay.remove(about);
        }
      });
    }
  }

  private void reconcile(RecordingRef ref) {
    Recording recording = find(ref);
    switch (recording.state()) {
      case Requested requested -> findUnanswered(ref, recording);
      case Running running -> checkRecorder(ref, running.egress());
      case Stopping stopping -> {
        steps.stop(ref, stopping.egress());
        checkRecorder(ref, stopping.egress());
      }
      case Finishing finishing -> {
        if (!checkFile(ref, recording, finishing)) {
          // The timeout does not run while the delivery location is unavailable.
          return;
        }
      }
      // In the background, so that a large file does not delay the others.
      case Importing importing -> steps.importSoon(ref);
      case Completed completed -> steps.importSoon(ref);
      case Failed failed -> steps.importSoon(ref);
    }
    endLingering(ref);
    steps.apply(ref, new RecordingInput.Tick(now()));
  }

  /// Returns whether the delivery location is available.
  private boolean checkFile(RecordingRef ref, Recording recording, Finishing finishing) {
    // LiveKit may never learn that egress has finished.
    Optional<RecordingInput> seen = importer.find(recording);
    if (seen.orElse(null) instanceof RecordingInput.LocationUnavailable away) {
      // Whatever LiveKit says: nobody can deliver a file now.
      steps.apply(ref, away);
      return false;
    }
    try {
      if (!steps.lookUp(ref, finishing.egress())) {
        steps.apply(ref, new RecordingInput.Unknown(now()));
      }
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} could not be looked up: {}", ref.id(), e.getMessage());
    }
    seen.ifPresent(input -> steps.apply(ref, input));
    return true;
  }

  /// LiveKit never learns that an egress machine died, and keeps listing it as active; and once its
  /// Redis has lost its data, it knows nothing of an egress that is still recording. So what counts
  /// is whether the recorder is in the call.
  private void checkRecorder(RecordingRef ref, String id) {
    boolean known;
    try {
      known = steps.lookUp(ref, id);
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} could not be looked up: {}", ref.id(), e.getMessage());
      return;
    }
    Set<String> there = recorders.find(ref.callRef()).orElse(null);
    if (there == null) {
      return;
    }
    RecordingState state = find(ref).state();
    checkPlace(ref);
    if (there.contains(id) || (there.contains(RoomSnapshot.UNLISTED) && state.seen() != null)) {
      steps.apply(ref, new RecordingInput.Seen(now()));
    } else if (state.seen() != null || there.isEmpty()) {
      // Otherwise a recorder that was never seen may be there under another name.
      steps.apply(
          ref, known ? new RecordingInput.NotSeen(now()) : new RecordingInput.Unknown(now()));
    }
  }

  /// A missing file is reported during the meeting rather than after it.
  private void checkPlace(RecordingRef ref) {
    Recording recording = find(ref);
    boolean begun =
        recording.state() instanceof Running running
            && running.active()
            && !now().isBefore(running.since().plus(settings.patience));
    if (begun) {
      boolean misplaced = !location.shows(recording, now());
      if (misplaced != recording.misplaced()) {
        steps.setMisplaced(ref, misplaced);
      }
    }
  }

  /// Stops a recorder that continues after its recording has ended, then disconnects it.
  private void endLingering(RecordingRef ref) {
    // Read again, since a requested recording may have started in this very run.
    RecordingState state = find(ref).state();
    if (state instanceof Requested || state instanceof Running) {
      return;
    }
    Optional<String> id =
        database.inTransaction(transaction -> RecordingTable.egress(transaction, ref));
    boolean there =
        id.isPresent()
            && database
                .inTransaction(
                    transaction -> CallTable.find(transaction, ref.callRef()).orElseThrow())
                .recorders()
                .contains(id.get());
    if (!there) {
      return;
    }
    if (!(state instanceof Stopping)) {
      steps.stop(ref, id.get());
    }
    boolean stays =
        recorders.find(ref.callRef()).map(found -> found.contains(id.get())).orElse(false);
    if (stays && !now().isBefore(state.since().plus(settings.patience))) {
      LOG.warn("{}: {} continues after being told to stop; disconnecting it", ref.id(), id.get());
      recorders.disconnect(ref.callRef(), id.get());
    }
  }

  private Recording find(RecordingRef ref) {
    return database.inTransaction(
        transaction -> RecordingTable.find(transaction, ref).orElseThrow());
  }

  /// Egress may have accepted it without its answer reaching this server.
  private void findUnanswered(RecordingRef ref, Recording recording) {
    try {
      egress
          .find(recording.call().liveKitRoom(), recording.file())
          .ifPresent(info -> steps.apply(ref, new RecordingInput.Reported(info, now())));
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} could not be looked up: {}", ref.id(), e.getMessage());
    }
  }

  private Instant now() {
    return steps.clock().instant();
  }
}
