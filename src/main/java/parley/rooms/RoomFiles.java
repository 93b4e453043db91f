package parley.rooms;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import parley.auth.Caller;
import parley.db.Database;
import parley.media.Media;
import parley.media.MediaId;
import parley.media.MediaLibrary;
import parley.paging.Cursor;
import parley.paging.Page;
import parley.paging.PageRequest;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.rooms.RoomFileTable.Attachment;
import parley.tenants.RoomId;
import parley.tenants.UserId;

/// The files of rooms. Members can read them until the file is detached or they leave. A file
/// forwarded from another room stays for as long as the member who forwarded it can read it.
public final class RoomFiles {
  private final Database database;
  private final RoomFileIndex index;
  private final Rooms rooms;
  private final MediaLibrary library;

  public RoomFiles(Database database, RoomFileIndex index, Rooms rooms, MediaLibrary library) {
    this.database = database;
    this.index = index;
    this.rooms = rooms;
    this.library = library;
  }

  /// A file as a room shows it.
  public record RoomFile(Media media, UserId attachedBy, Instant attachedAt) {}

  /// Attaches a file to a room of the caller.
  ///
  /// @throws Problem MEDIA_NOT_FOUND if the caller may not read it, NOT_MEMBER
  public void attach(Handle transaction, Caller caller, RoomId room, MediaId media) {
    library.visible(transaction, caller, media);
    index.attach(transaction, caller.tenant(), room, caller.user(), media);
  }

  /// Returns the room's files after the cursor, newest first, for its members. The total is exact
  /// up to 10,000.
  public Page<RoomFile> list(Caller caller, RoomId room, PageRequest wanted) {
    return database.inTransaction(transaction -> {
      rooms.requireMember(transaction, caller.tenant(), caller.user(), room);
      List<Attachment> found = RoomFileTable.list(transaction, caller.tenant(), room, wanted);
      Page<Attachment> page =
          wanted.page(found, file -> new Cursor(file.at(), file.media().value()));
      List<RoomFile> files = new ArrayList<>();
      for (Attachment attachment : page.items()) {
        library
            .stored(transaction, caller.tenant(), attachment.media())
            .filter(media ->
                // Most are attached by their owners, which is always valid.
                media.owner().equals(attachment.by())
                    || index.roomsOf(transaction, caller.tenant(), media.id()).contains(room))
            .ifPresent(media -> files.add(new RoomFile(media, attachment.by(), attachment.at())));
      }
      return new Page<>(files, page.next(), null)
          .counted(RoomFileTable.count(transaction, caller.tenant(), room, Page.MAX_COUNTED));
    });
  }

  /// Detaches a file from the room, without deleting it. Allowed for its owner, for the user who
  /// attached it and for admins of the room.
  public void detach(Caller caller, RoomId room, MediaId media) {
    database.useTransaction(transaction -> {
      Member member = rooms.requireMember(transaction, caller.tenant(), caller.user(), room);
      UserId by =
          RoomFileTable.attachedBy(transaction, caller.tenant(), room, media)
              .orElseThrow(
                  () -> new Problem(ProblemCode.MEDIA_NOT_FOUND, "The room has no such file."));
      boolean own =
          by.equals(caller.user())
              || library
                  .stored(transaction, caller.tenant(), media)
                  .filter(file -> file.owner().equals(caller.user()))
                  .isPresent();
      if (!own && !member.isAdmin()) {
        throw new Problem(
            ProblemCode.ROOM_FORBIDDEN, "Only its uploader or an admin may detach a file.");
      }
      RoomFileTable.delete(transaction, caller.tenant(), room, media);
    });
  }
}
