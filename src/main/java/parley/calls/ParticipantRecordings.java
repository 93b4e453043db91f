package parley.calls;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.background.PeriodicWork;
import parley.calls.ParticipantRecordingTable.Session;
import parley.db.Database;
import parley.tenants.UserId;
import parley.tenants.VideoOptions;

/// Records each participant of a call to a separate file. An egress records one participant and
/// stops when they leave; this starts a recording for everybody who joins, on whichever node.
public final class ParticipantRecordings implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ParticipantRecordings.class);

  private static final String NAME = "participant-recordings";

  /// Maximum delay before the recording of a new participant starts.
  private static final Duration INTERVAL = Duration.ofMillis(500);

  /// Egress may report that a participant left before LiveKit does.
  private static final Duration AFTER_END = Duration.ofSeconds(3);

  private final Database database;
  private final RecordingChanges changes;
  private final RecordingSteps steps;
  private final PeriodicWork periodicWork = new PeriodicWork();

  public ParticipantRecordings(Database database, RecordingChanges changes, RecordingSteps steps) {
    this.database = database;
    this.changes = changes;
    this.steps = steps;
  }

  /// Starts recording whoever joins.
  public void start() {
    periodicWork.every(INTERVAL, NAME, this::completeAll);
  }

  @Override
  public void close() {
    periodicWork.close();
  }

  private void completeAll() {
    Instant now = now();
    List<CallRef> incomplete =
        database.inTransaction(transaction -> {
          ParticipantRecordingTable.deleteEnded(transaction);
          return ParticipantRecordingTable.incomplete(transaction, now.minus(AFTER_END), now);
        });
    incomplete.forEach(call -> PeriodicWork.safely(NAME, () -> complete(call)));
  }

  private void complete(CallRef ref) {
    database
        .inTransaction(transaction -> {
          Call call = CallTable.lock(transaction, ref).orElseThrow();
          Optional<Session> session = ParticipantRecordingTable.find(transaction, ref);
          return call.isLive() && session.isPresent()
              ? add(transaction, call, session.get())
              : List.<Recording>of();
        })
        .forEach(recording -> {
          LOG.debug("{} records {}", recording.id(), recording.participant());
          if (steps.prepare(recording)) {
            Future<?> _ = steps.begin(recording);
          }
        });
  }

  boolean isOn(Handle transaction, CallRef call) {
    return ParticipantRecordingTable.find(transaction, call).isPresent();
  }

  /// Enables participant recording for a call that this transaction has locked.
  ///
  /// @return recordings of the connected participants, still to be requested from egress
  List<Recording> turnOn(Handle transaction, Call call, Session session) {
    ParticipantRecordingTable.insert(transaction, session);
    return add(transaction, call, session);
  }

  /// Disables participant recording, without stopping the recordings in progress.
  void turnOff(Handle transaction, CallRef call) {
    ParticipantRecordingTable.delete(transaction, call);
  }

  private List<Recording> add(Handle transaction, Call call, Session session) {
    Instant now = now();
    List<Recording> added = new ArrayList<>();
    for (UserId participant :
        ParticipantRecordingTable.missing(transaction, call.ref(), now.minus(AFTER_END), now)) {
      Recording recording = recording(call, session, participant, now);
      changes.begin(transaction, call, recording);
      added.add(recording);
    }
    return added;
  }

  private static Recording recording(Call call, Session session, UserId participant, Instant now) {
    boolean video = call.type() == CallType.VIDEO;
    VideoOptions picture =
        video
            ? new VideoOptions(null, session.width(), session.height(), session.videoKbps())
            : VideoOptions.UNSET;
    return Recording.requested(
        call,
        participant,
        session.startedBy(),
        new RecordingOptions(true, video, picture, session.transcript()),
        now);
  }

  private Instant now() {
    return changes.clock().instant();
  }
}
