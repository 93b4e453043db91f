package parley.media;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.auth.Permission;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.Blobs;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.FormUpload;
import parley.web.Route;

/// Media in the wave dialect.
public final class MediaRoutes {
  private static final int LONGEST_DESCRIPTION = 1000;

  private final MediaLibrary library;
  private final MediaDownload download;
  private final Blobs blobs;
  private final long maxUploadBytes;

  public MediaRoutes(
      MediaLibrary library, MediaDownload download, Blobs blobs, long maxUploadBytes) {
    this.library = library;
    this.download = download;
    this.blobs = blobs;
    this.maxUploadBytes = maxUploadBytes;
  }

  public List<Route> routes() {
    return List.of(
        Route.post("/v1/media/upload", Access.needs(Permission.MEDIA_WRITE), this::upload),
        Route.get("/v1/media/{media_id}/info", Access.needs(Permission.MEDIA_READ), this::info),
        Route.get(
            "/v1/media/download/{media_id}", Access.needs(Permission.MEDIA_READ), this::download));
  }

  private void upload(Exchange exchange) throws IOException {
    long left = blobs.left(exchange.caller().tenant());
    ProblemCode tooLarge =
        left < maxUploadBytes ? ProblemCode.MEDIA_QUOTA_EXCEEDED : ProblemCode.MEDIA_TOO_LARGE;
    try (FormUpload form =
        FormUpload.read(exchange, "file", Math.min(left, maxUploadBytes), tooLarge, blobs)) {
      String description = form.field("description").orElse(null);
      if (description != null && description.length() > LONGEST_DESCRIPTION) {
        throw new Problem(ProblemCode.BAD_REQUEST, "A description has at most 1000 characters.")
            .at("description");
      }
      Media media =
          library.store(
              exchange.caller(),
              form.file(),
              new MediaLibrary.Upload(form.fileName(), form.flag("tenant_scope"), description));
      exchange.data(200, MediaView.of(media));
    }
  }

  private void info(Exchange exchange) throws IOException {
    exchange.data(200, MediaView.of(library.find(exchange.caller(), id(exchange))));
  }

  private void download(Exchange exchange) throws IOException {
    download.answer(exchange, library.find(exchange.caller(), id(exchange)));
  }

  private static MediaId id(Exchange exchange) {
    return exchange.path("media_id", MediaId::parse, ProblemCode.MEDIA_NOT_FOUND);
  }

  /// The media object of the wave dialect.
  record MediaView(
      String mediaId,
      String sha256,
      long size,
      String mimeType,
      @Nullable String thumbnailId,
      @Nullable Integer width,
      @Nullable Integer height,
      @Nullable Double duration,
      String scanStatus,
      String filename,
      @Nullable String description,
      boolean tenantScope,
      Instant createdAt) {
    static MediaView of(Media media) {
      return new MediaView(
          media.id().toString(),
          media.content().sha256().hex(),
          media.size(),
          media.type().value(),
          null,
          null,
          null,
          null,
          "skipped",
          media.fileName(),
          media.description(),
          media.tenantScope(),
          media.createdAt());
    }
  }
}
