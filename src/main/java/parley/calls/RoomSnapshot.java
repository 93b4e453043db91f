package parley.calls;

import java.util.List;
import java.util.Set;

/// What LiveKit reports about a call's room at one moment.
///
/// @param open whether LiveKit lists the room
/// @param participants the users that it lists
/// @param unlisted how many people the room's node counts beyond those listed; any unlisted user
///   may be among them
/// @param recorders identities of the listed recorders
/// @param recorded whether the room's node reports a recorder, listed or not
/// @param lost whether LiveKit's Redis has lost its data about the room, so that the lists are
///   incomplete
record RoomSnapshot(
    boolean open,
    List<ParticipantSnapshot> participants,
    int unlisted,
    Set<String> recorders,
    boolean recorded,
    boolean lost) {
  /// Stands for the identity of an unlisted recorder.
  static final String UNLISTED = "?";

  /// Returns the recorders, given those known before: one that is no longer listed is still there
  /// while the room's node reports that the room is recorded.
  Set<String> recorders(Set<String> before) {
    if (!recorders.isEmpty() || !recorded) {
      return recorders;
    }
    return before.isEmpty() ? Set.of(UNLISTED) : before;
  }
}
