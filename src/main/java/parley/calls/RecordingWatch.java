package parley.calls;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
import parley.rounds.Rounds;
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

  private final Database database;
  private final RecordingTable table = new RecordingTable();
  private final CallTable calls = new CallTable();
  private final RecordingSteps steps;
  private final RecordingCollector collector;
  private final Egress egress;
  private final Duration lookEvery;
  private final Rounds rounds = new Rounds();

  public RecordingWatch(
      Database database,
      RecordingSteps steps,
      RecordingCollector collector,
      Egress egress,
      Duration lookEvery) {
    this.database = database;
    this.steps = steps;
    this.collector = collector;
    this.egress = egress;
    this.lookEvery = lookEvery;
  }

  /// Begins, with a look at every recording that is not finished.
  public void start() {
    rounds.every(TICK, "recording-ends", this::stopWithTheirCalls);
    AtomicBoolean begun = new AtomicBoolean();
    rounds.every(
        lookEvery,
        "recording-looks",
        () -> lookAfter(begun.getAndSet(true) ? now().minus(lookEvery) : now()));
  }

  @Override
  public void close() {
    rounds.close();
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
        .forEach(
            recording -> Rounds.safely("recording-looks", () -> hear(Ref.of(recording), info)));
  }

  private void hear(Ref ref, EgressInfo info) {
    Recording now = steps.take(ref, new RecordingInput.Told(info, now()));
    if (now.state() instanceof Failed && info.isOn()) {
      // It was given up, and members were told that nobody records.
      steps.stopSoon(ref, info.id());
    }
  }

  private void stopWithTheirCalls() {
    List<Ref> outliving = database.inTransaction(table::outliving);
    outliving.forEach(ref ->
        Rounds.safely("recording-looks", () -> steps.take(ref, new RecordingInput.Stop(now()))));
  }

  private void lookAfter(Instant notSince) {
    List<Ref> taken =
        database.inTransaction(transaction -> table.take(transaction, notSince, now()));
    taken.forEach(ref -> Rounds.safely("recording-looks", () -> look(ref)));
  }

  private void look(Ref ref) {
    Recording recording =
        database.inTransaction(transaction -> table.find(transaction, ref).orElseThrow());
    switch (recording.state()) {
      case Requested requested -> lookForUnanswered(ref, recording);
      case Running running -> {
        steps.lookFor(ref, running.egress());
        lookInCall(ref, running);
      }
      case Stopping beingStopped -> steps.stop(ref, beingStopped.egress());
      case Finishing finishing -> {
        steps.lookFor(ref, finishing.egress());
        // LiveKit may never learn that egress is done.
        Optional<RecordingInput> seen = collector.look(recording);
        seen.ifPresent(what -> steps.take(ref, what));
        if (seen.orElse(null) instanceof RecordingInput.PlaceAway) {
          // Nobody is late as long as it is.
          return;
        }
      }
      // One large file must not keep the others waiting.
      case Collecting collecting -> steps.collectSoon(ref);
      case Completed completed -> steps.collectSoon(ref);
      case Failed failed -> {}
    }
    steps.take(ref, new RecordingInput.Tick(now()));
  }

  /// LiveKit never learns of an egress whose machine died, and goes on listing it as active.
  private void lookInCall(Ref ref, Running running) {
    String room = ref.call().liveKitRoom();
    try {
      if (egress.isConnected(room, running.egress())) {
        steps.take(ref, new RecordingInput.Seen(now()));
      } else if (running.seen() != null || !egress.isRecorded(room)) {
        // Else one that was never seen may be there under another name.
        steps.take(ref, new RecordingInput.NotSeen(now()));
      }
    } catch (LiveKitUnreachable e) {
      LOG.warn("egress of {} could not be looked for in its call: {}", ref.id(), e.getMessage());
    }
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
