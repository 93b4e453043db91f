package parley.media;

import java.io.IOException;
import java.util.List;
import parley.auth.Permission;
import parley.problem.ProblemCode;
import parley.storage.Blobs;
import parley.tenants.RoomId;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.FormUpload;
import parley.web.Route;
import tools.jackson.databind.JsonNode;

/// The media API of the wave dialect.
public final class MediaRoutes {
  private final MediaLibrary library;
  private final MediaUploads uploads;
  private final MediaDownload download;
  private final ThumbnailDownload thumbnails;
  private final Blobs blobs;
  private final long maxUploadBytes;

  public MediaRoutes(
      MediaLibrary library,
      MediaUploads uploads,
      MediaDownload download,
      ThumbnailDownload thumbnails,
      Blobs blobs,
      long maxUploadBytes) {
    this.library = library;
    this.uploads = uploads;
    this.download = download;
    this.thumbnails = thumbnails;
    this.blobs = blobs;
    this.maxUploadBytes = maxUploadBytes;
  }

  public List<Route> routes() {
    Access read = Access.needs(Permission.MEDIA_READ);
    Access write = Access.needs(Permission.MEDIA_WRITE);
    return List.of(
        Route.get("/v1/media", read, this::list),
        Route.post("/v1/media/upload", write, this::upload),
        Route.get("/v1/media/{media_id}/info", read, this::info),
        Route.patch("/v1/media/{media_id}", write, this::change),
        Route.delete("/v1/media/{media_id}", write, this::delete),
        Route.post("/v1/media/{media_id}/thumbnail", write, this::makeThumbnailAgain),
        Route.get("/v1/media/download/{media_id}", read, this::download),
        Route.get("/v1/media/download/{media_id}/thumbnail", read, this::thumbnail));
  }

  private void list(Exchange exchange) throws IOException {
    exchange.page(library.list(exchange.caller(), exchange.pageRequest()).map(MediaView::of));
  }

  private void upload(Exchange exchange) throws IOException {
    try (FormUpload form = FormUpload.readWithinQuota(exchange, "file", maxUploadBytes, blobs)) {
      Media media =
          uploads.store(
              exchange.caller(),
              form.file(),
              new MediaUploads.Upload(
                  form.fileName(),
                  form.flag("tenant_scope"),
                  MediaFields.description(form.field("description").orElse(null), "description"),
                  MediaFields.retentionDays(form.field("retention_days")),
                  null,
                  form.field("room_id").map(RoomId::required).orElse(null),
                  type -> true));
      exchange.data(200, MediaView.of(uploads.prepared(media)));
    }
  }

  private void info(Exchange exchange) throws IOException {
    exchange.data(200, MediaView.of(library.find(exchange.caller(), id(exchange))));
  }

  private void change(Exchange exchange) throws IOException {
    JsonNode change = exchange.json(JsonNode.class);
    exchange.data(
        200,
        MediaView.of(
            library.change(
                exchange.caller(), id(exchange), media -> MediaFields.changed(media, change))));
  }

  private void delete(Exchange exchange) {
    library.delete(exchange.caller(), id(exchange));
    exchange.empty(204);
  }

  private void download(Exchange exchange) throws IOException {
    download.answer(exchange, library.readable(exchange.caller(), id(exchange)));
  }

  private void thumbnail(Exchange exchange) throws IOException {
    thumbnails.answer(exchange, () -> library.readable(exchange.caller(), id(exchange)));
  }

  private void makeThumbnailAgain(Exchange exchange) throws IOException {
    exchange.data(202, MediaView.of(library.prepareAgain(exchange.caller(), id(exchange))));
  }

  private static MediaId id(Exchange exchange) {
    return exchange.path("media_id", MediaId::parse, ProblemCode.MEDIA_NOT_FOUND);
  }
}
