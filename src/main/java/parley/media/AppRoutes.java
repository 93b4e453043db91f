package parley.media;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.auth.Permission;
import parley.filenames.FileName;
import parley.media.links.LinkSubject;
import parley.media.links.SignedLinks;
import parley.media.types.MediaType;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.Blobs;
import parley.tenants.UserId;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.FormUpload;
import parley.web.Route;

/// The app dialect: files that an app uploads on behalf of its own users.
public final class AppRoutes {
  private static final int MAX_USER_CHARS = 255;

  private final MediaLibrary library;
  private final MediaUploads uploads;
  private final MediaDownload download;
  private final SignedLinks links;
  private final Blobs blobs;
  private final long maxUploadBytes;

  public AppRoutes(
      MediaLibrary library,
      MediaUploads uploads,
      MediaDownload download,
      SignedLinks links,
      Blobs blobs,
      long maxUploadBytes) {
    this.library = library;
    this.uploads = uploads;
    this.download = download;
    this.links = links;
    this.blobs = blobs;
    this.maxUploadBytes = maxUploadBytes;
  }

  public List<Route> routes() {
    return List.of(
        Route.post("/files/upload", Access.needs(Permission.MEDIA_WRITE), this::upload)
            .in(Dialect.APP),
        Route.get(
                "/files/{id}/preview",
                Access.needsUnlessSigned(Permission.MEDIA_READ),
                this::preview)
            .in(Dialect.APP));
  }

  private void upload(Exchange exchange) throws IOException {
    Caller caller = exchange.caller();
    try (FormUpload form = FormUpload.readWithinQuota(exchange, "file", maxUploadBytes, blobs)) {
      requireOneNamedFile(form);
      Media media =
          uploads.store(
              caller,
              form.file(),
              new MediaUploads.Upload(
                  form.fileName(),
                  false,
                  null,
                  null,
                  form.field("user").map(AppRoutes::user).orElse(null),
                  null,
                  MediaType::isCommonContent));
      exchange.json(201, view(media));
    }
  }

  private static void requireOneNamedFile(FormUpload form) {
    String name = form.givenFileName();
    // A part without a file name is a text field.
    if (!form.hasFile() || name == null) {
      throw new Problem(ProblemCode.NO_FILE, "The form has no file in a part 'file'.").at("file");
    }
    if (form.otherFiles() > 0) {
      throw new Problem(ProblemCode.TOO_MANY_FILES, "The form has more than one file.").at("file");
    }
    if (name.isBlank()) {
      throw new Problem(ProblemCode.FILE_NAME_MISSING, "The file has no name.").at("file");
    }
  }

  private static String user(String name) {
    if (name.length() > MAX_USER_CHARS) {
      throw Problem.badRequest("user", "must have at most 255 characters");
    }
    return MediaFields.stored(name, "user");
  }

  /// With a signed link, or with a token that may read the file.
  private void preview(Exchange exchange) throws IOException {
    MediaId id = exchange.path("id", MediaId::parseBare, ProblemCode.MEDIA_NOT_FOUND);
    if (exchange.query("signature").isPresent()) {
      LinkSubject subject = LinkRoutes.subject(exchange, id);
      links.check(subject, LinkRoutes.signature(exchange));
      download.answer(exchange, library.linked(subject.tenant(), id));
    } else {
      download.answer(exchange, library.readable(exchange.caller(), id));
    }
  }

  private AppView view(Media media) {
    LinkSubject subject = new LinkSubject(media.blob().tenant(), media.id());
    UserId appUser = media.appUser();
    UUID user = (appUser == null ? media.owner() : appUser).value();
    return new AppView(
        media.id().value(),
        media.fileName(),
        media.size(),
        FileName.extension(media.fileName()),
        media.type().value(),
        user,
        media.createdAt().getEpochSecond(),
        links.sign(subject, "/files/" + media.id().value() + "/preview").url(),
        links.sign(subject, LinkRoutes.path(media.id())).url(),
        null,
        user,
        media.blob().tenant().value(),
        null,
        media.blob().path());
  }

  /// The file object of the app dialect.
  ///
  /// @param createdAt in epoch seconds
  private record AppView(
      UUID id,
      String name,
      long size,
      @Nullable String extension,
      String mimeType,
      UUID createdBy,
      long createdAt,
      @Nullable String previewUrl,
      @Nullable String sourceUrl,
      @Nullable String originalUrl,
      UUID userId,
      UUID tenantId,
      @Nullable UUID conversationId,
      String fileKey) {}
}
