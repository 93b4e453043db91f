package parley.calls;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.background.BackgroundTasks;
import parley.background.PeriodicWork;
import parley.calls.RecordingState.Failed;
import parley.calls.RecordingState.Requested;
import parley.calls.livekit.Egress;
import parley.calls.livekit.EgressInfo;
import parley.calls.livekit.LiveKitUnreachable;
import parley.calls.livekit.TwirpProblem;
import parley.db.Database;
import parley.tenants.UserId;

/// Applies inputs to recordings and runs their side effects: requests to egress, and the import of
/// files. [RecordingReconciler] makes up for requests to egress that fail.
public final class RecordingSteps implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingSteps.class);

  private static final String NAME = "recording-effects";

  /// LiveKit takes up to 24 seconds to report that no egress is free. If it takes longer, the
  /// recording shows the outcome.
  private static final Duration MAX_WAIT = Duration.ofSeconds(30);

  /// A webhook, possibly to another node, may arrive before the answer.
  private static final Duration POLLING_INTERVAL = Duration.ofMillis(250);

  private final Database database;
  private final RecordingChanges changes;
  private final RecordingImporter importer;
  private final Egress egress;
  private final RecordingLocation location;
  private final BackgroundTasks effects = new BackgroundTasks(NAME);

  public RecordingSteps(
      Database database,
      RecordingChanges changes,
      RecordingImporter importer,
      Egress egress,
      RecordingLocation location) {
    this.database = database;
    this.changes = changes;
    this.importer = importer;
    this.egress = egress;
    this.location = location;
  }

  Clock clock() {
    return changes.clock();
  }

  /// Applies an input and starts its side effects.
  Recording apply(RecordingRef ref, RecordingInput input) {
    RecordingChanges.Outcome outcome =
        database.inTransaction(transaction -> changes.apply(transaction, ref, input));
    follow(ref, outcome.effects());
    return outcome.recording();
  }

  /// Stores whether the file of a recording appears where this server looks for it.
  void setMisplaced(RecordingRef ref, boolean misplaced) {
    database.useTransaction(transaction -> changes.setMisplaced(transaction, ref, misplaced));
  }

  /// Prepares the delivery location for a recording; false if no file could be delivered, in which
  /// case the recording has failed.
  boolean prepare(Recording recording) {
    if (location.prepare(recording)) {
      return true;
    }
    refused(recording.ref(), RecordingReasons.NO_LOCATION, "");
    return false;
  }

  /// Requests a recording that has just been added from egress.
  ///
  /// @return completes once egress has answered, or will not answer
  Future<?> begin(Recording recording) {
    return effects.submit(() -> ask(recording));
  }

  /// Requests recordings that have just been added, and waits until egress has accepted or refused
  /// them all, at most half a minute.
  List<Recording> begin(List<Recording> recordings) {
    return awaitAnswers(
        recordings, recordings.stream().filter(this::prepare).<Future<?>>map(this::begin).toList());
  }

  /// Waits likewise for recordings that another request has begun.
  List<Recording> awaitAccepted(List<Recording> recordings) {
    return awaitAnswers(recordings, List.of(new CompletableFuture<Void>()));
  }

  private List<Recording> awaitAnswers(List<Recording> recordings, List<Future<?>> answers) {
    long until = System.nanoTime() + MAX_WAIT.toNanos();
    for (Future<?> answer : answers) {
      boolean answered = false;
      while (!answered && isRequested(recordings) && System.nanoTime() < until) {
        answered = await(answer);
      }
    }
    return recordings.stream().map(this::find).toList();
  }

  private boolean isRequested(List<Recording> recordings) {
    return recordings.stream().anyMatch(recording -> find(recording).state() instanceof Requested);
  }

  private Recording find(Recording recording) {
    return database.inTransaction(
        transaction -> RecordingTable.find(transaction, recording.ref()).orElseThrow());
  }

  private static boolean await(Future<?> answer) {
    try {
      answer.get(POLLING_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException slow) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("egress could not be asked", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void ask(Recording recording) {
    RecordingRef ref = recording.ref();
    try {
      EgressInfo info = start(recording);
      Recording now = apply(ref, new RecordingInput.Reported(info, clock().instant()));
      if (now.state() instanceof Failed) {
        // It was abandoned before egress answered.
        acceptedLate(ref, info);
      }
    } catch (TwirpProblem refused) {
      String said = String.valueOf(refused.getMessage());
      refused(ref, RecordingReasons.refusal(said), said);
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} could not be started: {}", ref.id(), e.getMessage());
      if (!e.mayHaveExecuted()) {
        refused(ref, RecordingReasons.NO_LIVEKIT, String.valueOf(e.getMessage()));
      }
    }
  }

  private EgressInfo start(Recording recording) throws LiveKitUnreachable, TwirpProblem {
    String room = recording.call().liveKitRoom();
    RecordingOptions options = recording.options();
    UserId participant = recording.participant();
    return participant == null
        ? egress.record(room, options.tracks(), options.egressVideo(), recording.file())
        : egress.recordParticipant(
            room,
            participant.toString(),
            options.video() ? options.egressVideo() : null,
            recording.file());
  }

  private void refused(RecordingRef ref, String reason, String detail) {
    apply(ref, new RecordingInput.Refused(reason, detail, clock().instant()));
  }

  private void follow(RecordingRef ref, List<RecordingEffect> following) {
    if (!following.isEmpty()) {
      effects.run(
          () -> following.forEach(effect -> PeriodicWork.safely(NAME, () -> follow(ref, effect))));
    }
  }

  private void follow(RecordingRef ref, RecordingEffect effect) {
    switch (effect) {
      case RecordingEffect.StopEgress(String id) -> stop(ref, id);
      case RecordingEffect.Import _, RecordingEffect.TidyUp _ -> importer.importFile(ref);
    }
  }

  /// Starts importing the file of a recording, without waiting for it.
  void importSoon(RecordingRef ref) {
    follow(ref, List.of(new RecordingEffect.Import()));
  }

  /// Starts stopping an egress, without waiting for it.
  void stopSoon(RecordingRef ref, String id) {
    follow(ref, List.of(new RecordingEffect.StopEgress(id)));
  }

  /// Starts stopping an egress that accepted a recording after it had been abandoned and members
  /// had been told so. What it has recorded by then is imported all the same, so that nothing of a
  /// call is left where nobody sees it.
  void acceptedLate(RecordingRef ref, EgressInfo info) {
    database.useTransaction(transaction -> RecordingTable.takenLate(transaction, ref, info.id()));
    if (info.isOn()) {
      stopSoon(ref, info.id());
    }
  }

  /// Like [#stopSoon(RecordingRef, String)], with LiveKit's id from the database.
  void stopSoon(RecordingRef ref) {
    database
        .inTransaction(transaction -> RecordingTable.egress(transaction, ref))
        .ifPresent(id -> stopSoon(ref, id));
  }

  /// Tells egress to stop.
  void stop(RecordingRef ref, String id) {
    try {
      apply(ref, new RecordingInput.Reported(egress.stop(id), clock().instant()));
    } catch (TwirpProblem refused) {
      // It may have stopped by itself.
      LOG.info("{} does not stop: {}", ref.id(), refused.getMessage());
      try {
        lookUp(ref, id);
      } catch (LiveKitUnreachable e) {
        LOG.warn("{} could not be looked up: {}", ref.id(), e.getMessage());
      }
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} will be stopped later: {}", ref.id(), e.getMessage());
    }
  }

  /// Queries LiveKit for the state of a recording; false if LiveKit does not know it.
  boolean lookUp(RecordingRef ref, String id) throws LiveKitUnreachable {
    Optional<EgressInfo> info = egress.find(id);
    info.ifPresent(told -> apply(ref, new RecordingInput.Reported(told, clock().instant())));
    return info.isPresent();
  }

  /// Waits for pending side effects.
  @Override
  public void close() {
    effects.close();
  }
}
