package parley.calls;

import java.util.List;
import java.util.Set;

/// What LiveKit tells of a call's room at one moment.
///
/// @param open whether LiveKit lists the room
/// @param participants the users that it lists
/// @param unlisted how many more people the room's node counts than are listed: everybody who is
///   not listed may be one of them
/// @param recorders the identities of the recorders that are listed
/// @param recorded whether the room's node says that something records it, listed or not
/// @param lost whether LiveKit's Redis has lost its data on the room, so that the lists are not
///   complete
record RoomSnapshot(
    boolean open,
    List<ParticipantSnapshot> participants,
    int unlisted,
    Set<String> recorders,
    boolean recorded,
    boolean lost) {
  /// Stands for the identity of a recorder that is not listed.
  static final String UNLISTED = "?";

  /// The recorders, given those known before: one that is not listed any more is still there as
  /// long as the room's node says that the room is recorded.
  Set<String> recorders(Set<String> before) {
    if (!recorders.isEmpty() || !recorded) {
      return recorders;
    }
    return before.isEmpty() ? Set.of(UNLISTED) : before;
  }
}
