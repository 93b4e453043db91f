package parley.rooms;

import java.time.Clock;
import java.util.List;
import org.jdbi.v3.core.Handle;
import parley.auth.Caller;
import parley.media.MediaId;
import parley.media.MediaRooms;
import parley.rooms.RoomFileTable.Attachment;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Tells other features, within their transactions, which files are in which rooms.
public final class RoomFileIndex implements MediaRooms {
  private final Rooms rooms;
  private final Clock clock;

  public RoomFileIndex(Rooms rooms, Clock clock) {
    this.rooms = rooms;
    this.clock = clock;
  }

  @Override
  public void requireMember(Caller caller, RoomId room) {
    rooms.requireMember(caller, room);
  }

  @Override
  public void attach(Handle transaction, Caller caller, RoomId room, MediaId media) {
    rooms.requireMember(transaction, caller.tenant(), caller.user(), room);
    attach(transaction, caller.tenant(), room, caller.user(), media);
  }

  /// Attaches a file to a room in a user's name, without checking permissions. An existing
  /// attachment is left as it is.
  public void attach(Handle transaction, TenantId tenant, RoomId room, UserId by, MediaId media) {
    RoomFileTable.insert(transaction, tenant, room, new Attachment(media, by, clock.instant()));
  }

  /// Whether the user is in a room in which the file is validly attached: by its owner, or by
  /// somebody who can still read it.
  @Override
  public boolean isShown(Handle transaction, TenantId tenant, UserId user, MediaId media) {
    return RoomFileTable.isShown(transaction, tenant, user, media);
  }

  /// Returns the rooms in which the file is validly attached, as defined by [#isShown].
  public List<RoomId> roomsOf(Handle transaction, TenantId tenant, MediaId media) {
    return RoomFileTable.roomsOf(transaction, tenant, media);
  }
}
