package parley.speakers;

import java.util.Set;
import parley.auth.Caller;
import parley.tenants.RoomId;
import parley.tenants.UserId;

/// Tells whose voices belong to a room.
@FunctionalInterface
public interface RoomVoices {
  /// The room's members.
  ///
  /// @throws parley.problem.Problem ROOM_NOT_FOUND or NOT_MEMBER when the caller is none of them
  Set<UserId> members(Caller caller, RoomId room);
}
