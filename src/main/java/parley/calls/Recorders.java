package parley.calls;

import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.calls.CallTable.Ref;
import parley.calls.livekit.LiveKitUnreachable;
import parley.db.Database;

/// What is connected to calls to record them. That is seen in LiveKit's rooms, and true whatever
/// egress and LiveKit tell of recordings.
public final class Recorders {
  private static final Logger LOG = LoggerFactory.getLogger(Recorders.class);

  private final Database database;
  private final CallTable table = new CallTable();
  private final CallChanges changes;
  private final LiveKitRooms liveKit;

  public Recorders(Database database, CallChanges changes, LiveKitRooms liveKit) {
    this.database = database;
    this.changes = changes;
    this.liveKit = liveKit;
  }

  /// The identities of what records a call now, as [RoomSight#recorders] tells them. Members hear
  /// when that anything does has changed. Empty when it cannot be known, because LiveKit does not
  /// answer or has not closed the room of a call that is over.
  Optional<Set<String>> look(Ref ref) {
    Known known =
        database.inTransaction(transaction ->
            new Known(
                table.find(transaction, ref.tenant(), ref.id()).orElseThrow(),
                table.isLost(transaction, ref),
                table.isRoomOpen(transaction, ref)));
    try {
      return known.call().isLive() ? Optional.of(lookAtLive(ref, known)) : lookAtEnded(ref, known);
    } catch (LiveKitUnreachable e) {
      LOG.warn("what records {} could not be looked for: {}", ref.id(), e.getMessage());
      return Optional.empty();
    }
  }

  private record Known(Call call, boolean isLost, boolean isRoomOpen) {}

  private Set<String> lookAtLive(Ref ref, Known known) throws LiveKitUnreachable {
    RoomSight sight = liveKit.look(ref.id(), known.isLost());
    return database.inTransaction(transaction -> {
      Call call = table.lock(transaction, ref.tenant(), ref.id()).orElseThrow();
      Set<String> recorders = sight.recorders(call.recorders());
      if (call.isLive()) {
        changes.seen(transaction, call, sight, known.isLost());
      }
      return recorders;
    });
  }

  private Optional<Set<String>> lookAtEnded(Ref ref, Known known) throws LiveKitUnreachable {
    if (known.isRoomOpen()) {
      changes.close(ref);
    }
    return database.inTransaction(transaction -> table.isRoomOpen(transaction, ref))
        ? Optional.empty()
        : Optional.of(Set.of());
  }

  /// Puts one out of its call.
  void putOut(Ref ref, String recorder) {
    try {
      liveKit.putOut(ref.id(), recorder);
    } catch (LiveKitUnreachable e) {
      LOG.warn("what records {} could not be put out: {}", ref.id(), e.getMessage());
    }
  }
}
