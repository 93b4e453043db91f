package parley.media;

import org.jdbi.v3.core.Handle;
import parley.auth.Caller;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The rooms in which media are shared.
public interface MediaRooms {
  /// Throws ROOM_NOT_FOUND or NOT_MEMBER unless the caller is a member of the room.
  void requireMember(Caller caller, RoomId room);

  /// Adds a new entry of the caller to the room's files, in the transaction that inserts it. Throws
  /// as [#requireMember].
  void attach(Handle transaction, Caller caller, RoomId room, MediaId media);

  /// Whether the entry is a file of a room of which the user is a member.
  boolean isShown(Handle transaction, TenantId tenant, UserId user, MediaId media);
}
