package parley.calls;

import java.util.List;
import java.util.Set;

/// Who is seen in LiveKit's room of a call.
///
/// @param open whether LiveKit lists the room
/// @param present the people that it lists
/// @param unlisted how many more people the room's node counts: whoever is not listed may be one
/// @param recorders the identities of what records and is listed
/// @param recorded whether the room's node says that something records it, listed or not
/// @param lost whether LiveKit's Redis has lost what it knew of the room, so that what is listed is
///   not all
record RoomSight(
    boolean open,
    List<Sighting> present,
    int unlisted,
    Set<String> recorders,
    boolean recorded,
    boolean lost) {
  /// In place of the identity of what records and is not listed.
  static final String UNLISTED = "?";

  /// What records the call, going by this and by what was known before: something that is not
  /// listed any more is there still as long as the room's node says that the room is recorded.
  Set<String> recorders(Set<String> before) {
    if (!recorders.isEmpty() || !recorded) {
      return recorders;
    }
    return before.isEmpty() ? Set.of(UNLISTED) : before;
  }
}
