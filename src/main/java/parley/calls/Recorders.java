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

  /// A call that changes faster than LiveKit answers is left to a later run.
  private static final int MAX_ATTEMPTS = 3;

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
    try {
      for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        Call call =
            database.inTransaction(transaction -> CallTable.find(transaction, ref).orElseThrow());
        if (!call.isLive()) {
          return ofEnded(ref);
        }
        Optional<Set<String>> found = ofLive(ref, call.version());
        if (found.isPresent()) {
          return found;
        }
      }
    } catch (LiveKitUnreachable e) {
      LOG.warn("the recorders of {} are unknown: {}", ref.id(), e.getMessage());
    }
    return Optional.empty();
  }

  /// @return empty if the call has changed in the meantime, so that LiveKit must be queried again
  private Optional<Set<String>> ofLive(CallRef ref, long version) throws LiveKitUnreachable {
    boolean lost = database.inTransaction(transaction -> CallWorkTable.isLost(transaction, ref));
    RoomSnapshot snapshot = liveKit.snapshot(ref.id(), lost);
    return database.inTransaction(transaction -> {
      Call call = CallTable.lock(transaction, ref).orElseThrow();
      if (call.version() != version) {
        return Optional.empty();
      }
      changes.seen(transaction, call, snapshot, lost);
      return Optional.of(snapshot.recorders(call.recorders()));
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
