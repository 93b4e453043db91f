package parley.media;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.auth.Permission;
import parley.filenames.FileName;
import parley.media.types.MediaType;
import parley.problem.Dialect;
import parley.problem.ProblemCode;
import parley.storage.Blobs;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.FormUpload;
import parley.web.Route;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/// The library dialect. It shows the same entries as the other dialects, of all types, but only
/// accepts audio.
public final class LibraryRoutes {
  private static final int DEFAULT_PAGE_SIZE = 50;
  private static final int MAX_PAGE_SIZE = 200;

  private final MediaLibrary library;
  private final MediaUploads uploads;
  private final Blobs blobs;
  private final long maxUploadBytes;

  public LibraryRoutes(
      MediaLibrary library, MediaUploads uploads, Blobs blobs, long maxUploadBytes) {
    this.library = library;
    this.uploads = uploads;
    this.blobs = blobs;
    this.maxUploadBytes = maxUploadBytes;
  }

  public List<Route> routes() {
    Access read = Access.needs(Permission.MEDIA_READ);
    Access write = Access.needs(Permission.MEDIA_WRITE);
    return List.of(
        Route.get("/api/v1/media", read, this::list).in(Dialect.LIBRARY),
        Route.post("/api/v1/media", write, this::upload).in(Dialect.LIBRARY),
        Route.get("/api/v1/media/{id}", read, this::show).in(Dialect.LIBRARY),
        Route.patch("/api/v1/media/{id}", write, this::change).in(Dialect.LIBRARY),
        Route.delete("/api/v1/media/{id}", write, this::delete).in(Dialect.LIBRARY));
  }

  private void list(Exchange exchange) throws IOException {
    int page = exchange.query("page", 1, 1, Integer.MAX_VALUE);
    int pageSize = exchange.query("pageSize", DEFAULT_PAGE_SIZE, 1, MAX_PAGE_SIZE);
    exchange.json(
        200,
        library.numberedPage(exchange.caller(), page, pageSize).stream()
            .map(LibraryView::of)
            .toList());
  }

  private void upload(Exchange exchange) throws IOException {
    try (FormUpload form = FormUpload.readWithinQuota(exchange, "File", maxUploadBytes, blobs)) {
      Media media =
          uploads.store(
              exchange.caller(),
              form.file(),
              new MediaUploads.Upload(
                  form.fileName(),
                  false,
                  MediaFields.description(form.field("Description").orElse(null), "Description"),
                  null,
                  null,
                  null,
                  MediaType::isAudio));
      exchange.json(200, LibraryView.of(media));
    }
  }

  private void show(Exchange exchange) throws IOException {
    exchange.json(200, LibraryView.of(library.find(exchange.caller(), id(exchange))));
  }

  private void change(Exchange exchange) throws IOException {
    MediaId id = id(exchange);
    String description = MediaFields.description(exchange.json(JsonNode.class).get("description"));
    Media changed =
        library.change(
            exchange.caller(),
            id,
            media -> media.with(description, media.tenantScope(), media.metadata()));
    exchange.json(200, LibraryView.of(changed));
  }

  private void delete(Exchange exchange) {
    library.delete(exchange.caller(), id(exchange));
    exchange.empty(204);
  }

  private static MediaId id(Exchange exchange) {
    return exchange.path("id", MediaId::parseBare, ProblemCode.MEDIA_NOT_FOUND);
  }

  /// The media object of the library dialect.
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  private record LibraryView(
      UUID id,
      String fileName,
      String originalFileName,
      long fileSizeBytes,
      String contentType,
      Instant createdTime,
      @Nullable String description) {
    static LibraryView of(Media media) {
      return new LibraryView(
          media.id().value(),
          assignedName(media),
          media.fileName(),
          media.size(),
          media.type().value(),
          media.createdAt(),
          media.description());
    }

    /// The id makes it unique; the extension is for users.
    private static String assignedName(Media media) {
      return media.id().value()
          + Optional.ofNullable(FileName.extension(media.fileName()))
              .map(extension -> "." + extension)
              .orElse("");
    }
  }
}
