package parley.rooms;

import java.time.Clock;
import java.util.List;
import org.jdbi.v3.core.Handle;
import parley.media.MediaId;
import parley.rooms.RoomFileTable.Attachment;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Which files are in which rooms, for other features; within their transactions and without asking
/// what anybody may.
public final class RoomFileIndex {
  private final RoomFileTable table = new RoomFileTable();
  private final Clock clock;

  public RoomFileIndex(Clock clock) {
    this.clock = clock;
  }

  /// Makes a file one of the room's, in a user's name. One that is there already stays as it is.
  public void attach(Handle transaction, TenantId tenant, RoomId room, UserId by, MediaId media) {
    table.insert(transaction, tenant, room, new Attachment(media, by, clock.instant()));
  }

  /// Whether the user is in a room that has the file, and has it by right: put there by its owner,
  /// or by somebody who may still read it themselves.
  public boolean isShown(Handle transaction, TenantId tenant, UserId user, MediaId media) {
    return table.isShown(transaction, tenant, user, media);
  }

  /// The rooms that have the file, as [#isShown] means it.
  public List<RoomId> roomsOf(Handle transaction, TenantId tenant, MediaId media) {
    return table.roomsOf(transaction, tenant, media);
  }
}
