package parley.speakers;

import java.util.Set;
import parley.auth.Caller;
import parley.tenants.RoomId;
import parley.tenants.UserId;

/// Knows the members of rooms.
@FunctionalInterface
public interface RoomVoices {
  /// The room's members.
  ///
  /// @throws parley.problem.Problem ROOM_NOT_FOUND or NOT_MEMBER if the caller is not one of them
  Set<UserId> members(Caller caller, RoomId room);
}
