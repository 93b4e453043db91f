package parley.calls;

import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.calls.livekit.LiveKitUnreachable;
import parley.db.Database;

/// The recorders connected to calls. What LiveKit's room lists show is authoritative, whatever
/// egress reports about recordings.
public final class Recorders {
  private static final Logger LOG = LoggerFactory.getLogger(Recorders.class);

  private final Database database;
  private final CallChanges changes;
  private final LiveKitRooms liveKit;

  public Recorders(Database database, CallChanges changes, LiveKitRooms liveKit) {
    this.database = database;
    this.changes = changes;
    this.liveKit = liveKit;
  }

  /// Returns the identities of the recorders in a call now, as defined by [RoomSnapshot#recorders],
  /// and notifies members if the first has joined or the last has left. Empty if that is unknown,
  /// because LiveKit does not answer or has not closed the room of an ended call.
  Optional<Set<String>> find(CallRef ref) {
    boolean live =
        database.inTransaction(
            transaction -> CallTable.find(transaction, ref).orElseThrow().isLive());
    try {
      return live ? Optional.of(ofLive(ref)) : ofEnded(ref);
    } catch (LiveKitUnreachable e) {
      LOG.warn("the recorders of {} are unknown: {}", ref.id(), e.getMessage());
      return Optional.empty();
    }
  }

  private Set<String> ofLive(CallRef ref) throws LiveKitUnreachable {
    boolean lost = database.inTransaction(transaction -> CallWorkTable.isLost(transaction, ref));
    RoomSnapshot snapshot = liveKit.snapshot(ref.id(), lost);
    return database.inTransaction(transaction -> {
      Call call = CallTable.lock(transaction, ref).orElseThrow();
      if (call.isLive()) {
        changes.seen(transaction, call, snapshot, lost);
      }
      return snapshot.recorders(call.recorders());
    });
  }

  private Optional<Set<String>> ofEnded(CallRef ref) throws LiveKitUnreachable {
    if (isRoomOpen(ref)) {
      changes.close(ref);
    }
    return isRoomOpen(ref) ? Optional.empty() : Optional.of(Set.of());
  }

  private boolean isRoomOpen(CallRef ref) {
    return database.inTransaction(transaction -> CallWorkTable.isRoomOpen(transaction, ref));
  }

  /// Disconnects a recorder from its call, which ends its recording.
  void disconnect(CallRef ref, String recorder) {
    try {
      liveKit.disconnect(ref.id(), recorder);
    } catch (LiveKitUnreachable e) {
      LOG.warn("{} could not be disconnected from {}: {}", recorder, ref.id(), e.getMessage());
    }
  }
}
