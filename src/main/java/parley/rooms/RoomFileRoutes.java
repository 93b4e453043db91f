package parley.rooms;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import parley.auth.Permission;
import parley.media.MediaId;
import parley.media.MediaView;
import parley.problem.ProblemCode;
import parley.rooms.RoomFiles.RoomFile;
import parley.tenants.RoomId;
import parley.tenants.UserId;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// Routes to list and detach the files of rooms. Uploads and messages attach them.
public final class RoomFileRoutes {
  private final RoomFiles files;

  public RoomFileRoutes(RoomFiles files) {
    this.files = files;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.ROOMS);
    return List.of(
        Route.get("/v1/rooms/{room_id}/files", access, this::list),
        Route.delete("/v1/rooms/{room_id}/files/{media_id}", access, this::detach));
  }

  private void list(Exchange exchange) {
    exchange.page(
        files
            .list(exchange.caller(), room(exchange), exchange.pageRequest())
            .map(RoomFileRoutes::view));
  }

  private void detach(Exchange exchange) {
    files.detach(
        exchange.caller(),
        room(exchange),
        exchange.path("media_id", MediaId::parse, ProblemCode.MEDIA_NOT_FOUND));
    exchange.empty(204);
  }

  private static RoomId room(Exchange exchange) {
    return exchange.path("room_id", RoomId::parse, ProblemCode.ROOM_NOT_FOUND);
  }

  private static RoomFileView view(RoomFile file) {
    return new RoomFileView(MediaView.of(file.media()), file.attachedAt(), file.attachedBy());
  }

  /// The media object, with when and by whom it was attached.
  private record RoomFileView(
      @JsonUnwrapped MediaView media, Instant attachedAt, UserId attachedBy) {}
}
