package parley.rooms;

import java.util.List;
import java.util.Map;
import parley.auth.Permission;
import parley.json.Json;
import parley.media.MediaId;
import parley.media.MediaView;
import parley.paging.Cursor;
import parley.paging.Page;
import parley.problem.ProblemCode;
import parley.rooms.RoomFiles.RoomFile;
import parley.tenants.RoomId;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// The files of rooms. They come by uploads that name a room, and by messages.
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
    int limit = exchange.query("limit", Page.DEFAULT_LIMIT, 1, Page.MAX_LIMIT);
    Cursor behind = exchange.query("cursor").map(Cursor::parse).orElse(null);
    exchange.page(
        files.list(exchange.caller(), room(exchange), behind, limit).map(RoomFileRoutes::view));
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

  /// The media object and how it came into the room.
  private static Map<String, Object> view(RoomFile file) {
    Map<String, Object> view = Json.fields(Json.write(MediaView.of(file.media())));
    view.put("attached_at", file.attachedAt());
    view.put("attached_by", file.attachedBy().toString());
    return view;
  }
}
