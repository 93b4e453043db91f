package parley.media;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import parley.media.ThumbnailIndex.Stretch;
import parley.media.pictures.Thumbnail;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.BlobKey;
import parley.storage.BlobStore;
import parley.web.Exchange;
import parley.web.Validators;

/// Answers with the thumbnail of a media entry.
public final class ThumbnailDownload {
  private final BlobStore store;

  public ThumbnailDownload(BlobStore store) {
    this.store = store;
  }

  /// Answers GET or HEAD for the thumbnail of the size that the query asks for, as WebP where the
  /// client says that it takes that and as JPEG else. MEDIA_NO_THUMBNAIL when there is none.
  public void answer(Exchange exchange, Media media) throws IOException {
    Thumbnail.Size size = size(exchange.query("size").orElse("medium"));
    Thumbnail.Encoding encoding = encoding(exchange.header("Accept").orElse(""));
    Stretch stretch =
        media
            .facts()
            .thumbnails()
            .find(size, encoding)
            .orElseThrow(() ->
                new Problem(ProblemCode.MEDIA_NO_THUMBNAIL, "There is no thumbnail of this file."));
    Validators validators =
        new Validators(
            media.content().sha256() + "-" + size.box() + "-" + encoding.name(), media.createdAt());
    exchange
        .setHeader("ETag", validators.entityTag())
        .setHeader("Vary", "Accept")
        .setHeader("Cache-Control", "private, max-age=300")
        .setHeader("X-Content-Type-Options", "nosniff")
        .setHeader("Content-Security-Policy", "sandbox; default-src 'none'")
        .setHeader("Cross-Origin-Resource-Policy", "cross-origin");
    if (validators.isNotModified(exchange.header("If-None-Match").orElse(null), null)) {
      exchange.empty(304);
      return;
    }
    BlobKey object = media.content().thumbnails();
    Optional<Path> file = store.file(object);
    if (file.isPresent()) {
      exchange.file(200, encoding.mediaType(), file.get(), stretch.offset(), stretch.length());
      return;
    }
    if (exchange.method().equals("HEAD")) {
      store.require(object);
    }
    exchange.bytes(
        200,
        encoding.mediaType(),
        stretch.length(),
        () -> store.read(object, stretch.offset(), stretch.length()));
  }

  private static Thumbnail.Size size(String name) {
    return switch (name) {
      case "small" -> Thumbnail.Size.SMALL;
      case "medium" -> Thumbnail.Size.MEDIUM;
      case "large" -> Thumbnail.Size.LARGE;
      default ->
          throw new Problem(ProblemCode.BAD_REQUEST, "'size' is small, medium or large.")
              .at("size");
    };
  }

  /// Every client shows JPEG; only one that names WebP, without refusing it, is given that.
  private static Thumbnail.Encoding encoding(String accept) {
    for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = range.split(";", -1);
      if (parts[0].strip().equals("image/webp")) {
        return isRefused(parts) ? Thumbnail.Encoding.JPEG : Thumbnail.Encoding.WEBP;
      }
    }
    return Thumbnail.Encoding.JPEG;
  }

  private static boolean isRefused(String[] parts) {
    for (String part : parts) {
      if (part.strip().matches("q=0(\\.0*)?")) {
        return true;
      }
    }
    return false;
  }
}
