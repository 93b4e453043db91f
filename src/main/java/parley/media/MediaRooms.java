package parley.media;

import org.jdbi.v3.core.Handle;
import parley.auth.Caller;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// What media need of rooms: who may read what is shown in them.
public interface MediaRooms {
  /// Throws the problem ROOM_NOT_FOUND or NOT_MEMBER unless the caller is a member of the room.
  void requireMember(Caller caller, RoomId room);

  /// Makes an entry of the caller's one of the room's files, in the transaction that adds the
  /// entry; throws as [#requireMember].
  void attach(Handle transaction, Caller caller, RoomId room, MediaId media);

  /// Whether the user is a member of a room that has the entry among its files.
  boolean isShown(Handle transaction, TenantId tenant, UserId user, MediaId media);
}
