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

/// Which files are in which rooms, for other features and within their transactions.
public final class RoomFileIndex implements MediaRooms {
  private final RoomFileTable table = new RoomFileTable();
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

  /// Makes a file one of the room's, in a user's name and whatever they may. A file that is there
  /// already stays as it is.
  public void attach(Handle transaction, TenantId tenant, RoomId room, UserId by, MediaId media) {
    table.insert(transaction, tenant, room, new Attachment(media, by, clock.instant()));
  }

  /// Whether the user is in a room that has the file, and has it by right: attached by its owner,
  /// or by somebody who may still read it themselves.
  @Override
  public boolean isShown(Handle transaction, TenantId tenant, UserId user, MediaId media) {
    return table.isShown(transaction, tenant, user, media);
  }

  /// The rooms that have the file by right, as [#isShown] defines it.
  public List<RoomId> roomsOf(Handle transaction, TenantId tenant, MediaId media) {
    return table.roomsOf(transaction, tenant, media);
  }
}
