package parley.calls;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.background.PeriodicWork;
import parley.calls.RecordingState.Failed;
import parley.calls.RecordingTable.Ref;
import parley.calls.livekit.Egress;
import parley.calls.livekit.EgressInfo;
import parley.calls.livekit.LiveKitUnreachable;
import parley.calls.livekit.TwirpProblem;
import parley.db.Database;

/// Carries recordings on: applies what happens, then tells egress and has files collected.
///
/// Nobody waits here. What egress was not told, because it or this server was away,
/// [RecordingWatch] tells it later.
public final class RecordingSteps implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingSteps.class);

  private final Database database;
  private final RecordingChanges changes;
  private final RecordingCollector collector;
  private final Egress egress;
  private final RecordingPlace place;
  private final ExecutorService afterwards = Executors.newVirtualThreadPerTaskExecutor();

  public RecordingSteps(
      Database database,
      RecordingChanges changes,
      RecordingCollector collector,
      Egress egress,
      RecordingPlace place) {
    this.database = database;
    this.changes = changes;
    this.collector = collector;
    this.egress = egress;
    this.place = place;
  }

  Clock clock() {
    return changes.clock();
  }

  /// Applies an input and begins what follows from it.
  Recording take(Ref ref, RecordingInput input) {
    RecordingChanges.Outcome outcome =
        database.inTransaction(transaction -> changes.apply(transaction, ref, input));
    follow(ref, outcome.effects());
    return outcome.recording();
  }

  /// Notes whether the file of a recording shows where this server looks for it.
  void shows(Ref ref, boolean shows) {
    database.useTransaction(transaction -> changes.shows(transaction, ref, shows));
  }

  /// Gets ready for the file of a recording; false when none could be kept, and then it has failed.
  boolean prepare(Recording recording) {
    if (place.prepare(recording)) {
      return true;
    }
    refused(Ref.of(recording), RecordingReasons.NO_PLACE, "");
    return false;
  }

  /// Asks egress for a recording that has just been added.
  ///
  /// @return done when egress has answered or does not answer
  Future<?> begin(Recording recording) {
    try {
      return afterwards.submit(() -> ask(recording));
    } catch (RejectedExecutionException stopping) {
      return CompletableFuture.completedFuture(null);
    }
  }

  private void ask(Recording recording) {
    Ref ref = Ref.of(recording);
    try {
      EgressInfo info =
          egress.record(
              recording.call().liveKitRoom(),
              recording.wish().tracks(),
              recording.wish().look(),
              recording.file());
      Recording now = take(ref, new RecordingInput.Told(info, clock().instant()));
      if (now.state() instanceof Failed) {
        // It was given up before egress answered.
        egress.stop(info.id());
      }
    } catch (TwirpProblem refused) {
      String said = String.valueOf(refused.getMessage());
      refused(ref, RecordingReasons.refusal(said), said);
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} could not be begun: {}", ref.id(), e.getMessage());
      if (!e.mayHaveHeard()) {
        refused(ref, RecordingReasons.NO_LIVEKIT, String.valueOf(e.getMessage()));
      }
    }
  }

  private void refused(Ref ref, String reason, String detail) {
    take(ref, new RecordingInput.Refused(reason, detail, clock().instant()));
  }

  private void follow(Ref ref, List<RecordingEffect> effects) {
    if (effects.isEmpty()) {
      return;
    }
    try {
      afterwards.execute(() ->
          effects.forEach(
              effect -> PeriodicWork.safely("recording-steps", () -> follow(ref, effect))));
    } catch (RejectedExecutionException stopping) {
      LOG.debug("{} is left to the next node", ref.id());
    }
  }

  private void follow(Ref ref, RecordingEffect effect) {
    switch (effect) {
      case RecordingEffect.StopEgress(String id) -> stop(ref, id);
      case RecordingEffect.Collect collect -> collector.collect(ref);
      case RecordingEffect.TidyUp tidy -> collector.collect(ref);
    }
  }

  /// Has what is left to do for its file done, without waiting for it.
  void collectSoon(Ref ref) {
    follow(ref, List.of(new RecordingEffect.Collect()));
  }

  /// Has egress told to stop, without waiting for it.
  void stopSoon(Ref ref, String id) {
    follow(ref, List.of(new RecordingEffect.StopEgress(id)));
  }

  /// As above, where it is not known how egress calls the recording.
  void stopSoon(Ref ref) {
    database
        .inTransaction(transaction -> new RecordingTable().egress(transaction, ref))
        .ifPresent(id -> stopSoon(ref, id));
  }

  /// Tells egress to stop.
  void stop(Ref ref, String id) {
    try {
      take(ref, new RecordingInput.Told(egress.stop(id), clock().instant()));
    } catch (TwirpProblem refused) {
      // It may have stopped by itself.
      LOG.info("{} does not stop: {}", ref.id(), refused.getMessage());
      try {
        lookFor(ref, id);
      } catch (LiveKitUnreachable e) {
        LOG.warn("{} could not be looked at: {}", ref.id(), e.getMessage());
      }
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} has to be stopped later: {}", ref.id(), e.getMessage());
    }
  }

  /// Asks LiveKit how egress is.
  ///
  /// @return whether LiveKit knows it
  boolean lookFor(Ref ref, String id) throws LiveKitUnreachable {
    Optional<EgressInfo> info = egress.find(id);
    info.ifPresent(told -> take(ref, new RecordingInput.Told(told, clock().instant())));
    return info.isPresent();
  }

  /// Waits for what is under way.
  @Override
  public void close() {
    afterwards.close();
  }
}
