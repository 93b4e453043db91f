package parley.media;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.media.ThumbnailIndex.Slice;
import parley.media.pictures.NoThumbnail;
import parley.media.pictures.Thumbnail;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.BlobStore;
import parley.web.Accept;
import parley.web.Exchange;
import parley.web.Preconditions;

/// Serves the thumbnails of media entries.
public final class ThumbnailDownload {
  private static final Logger LOG = LoggerFactory.getLogger(ThumbnailDownload.class);

  /// Nearly all thumbnails are made within this time.
  private static final Duration OFTEN_MADE_IN = Duration.ofSeconds(2);

  private final BlobStore store;
  private final MediaLibrary library;

  public ThumbnailDownload(BlobStore store, MediaLibrary library) {
    this.store = store;
    this.library = library;
  }

  /// Serves GET or HEAD of the thumbnail in the requested size, as WebP if the client prefers it
  /// and otherwise as JPEG. Responds with 202 and Retry-After while it is being made, also again if
  /// it was lost.
  ///
  /// @param entry finds the entry, or throws the response to the caller
  /// @throws Problem MEDIA_NO_THUMBNAIL if there is none
  public void answer(Exchange exchange, Supplier<Media> entry) throws IOException {
    Media media = entry.get();
    try {
      answer(exchange, media);
    } catch (NoSuchFileException | EOFException lost) {
      // If the blob is lost as well, the operator has to know.
      store.require(media.blob(), media.size());
      if (library.thumbnailLost(media)) {
        LOG.warn("the thumbnails of {} are lost; making new ones", media.blob().path());
        later(exchange);
      } else {
        answer(exchange, entry.get());
      }
    }
  }

  private void answer(Exchange exchange, Media media) throws IOException {
    Thumbnail.Size size = size(exchange.query("size").orElse("medium"));
    Thumbnail.Encoding encoding = encoding(exchange.header("Accept"));
    if (media.metadata().isAwaited()) {
      later(exchange);
      return;
    }
    Slice slice =
        media
            .metadata()
            .thumbnails()
            .find(size, encoding)
            .orElseThrow(() -> none(media.metadata()));
    Preconditions preconditions =
        new Preconditions(
            media.blob().sha256()
                + "-"
                + media.metadata().revision()
                + "-"
                + size.box()
                + "-"
                + encoding.name(),
            media.createdAt());
    exchange
        .setHeader("ETag", preconditions.entityTag())
        .setHeader("Vary", "Accept")
        .setHeader("Cache-Control", "private, max-age=300")
        .setHeader("X-Content-Type-Options", "nosniff")
        .setHeader("Content-Security-Policy", "sandbox; default-src 'none'")
        .setHeader("Cross-Origin-Resource-Policy", "cross-origin");
    if (preconditions.isNotModified(exchange.header("If-None-Match").orElse(null), null)) {
      exchange.empty(304);
      return;
    }
    new BlobDownload(store)
        .send(
            exchange,
            200,
            encoding.mediaType(),
            media.blob().thumbnails(media.metadata().revision()),
            slice.offset(),
            slice.length());
  }

  private static void later(Exchange exchange) {
    exchange
        .setHeader("Retry-After", Long.toString(OFTEN_MADE_IN.toSeconds()))
        .setHeader("Cache-Control", "no-store");
    exchange.empty(202);
  }

  private static Problem none(MediaMetadata metadata) {
    NoThumbnail reason = metadata.reason() == null ? NoThumbnail.UNSUPPORTED : metadata.reason();
    return new Problem(
            ProblemCode.MEDIA_NO_THUMBNAIL,
            "There is no thumbnail of this file. " + reason.message())
        .because(reason.text());
  }

  private static Thumbnail.Size size(String name) {
    return switch (name) {
      case "small" -> Thumbnail.Size.SMALL;
      case "medium" -> Thumbnail.Size.MEDIUM;
      case "large" -> Thumbnail.Size.LARGE;
      default -> throw Problem.badRequest("size", "must be small, medium or large");
    };
  }

  /// JPEG, which every client supports, unless the client prefers WebP.
  private static Thumbnail.Encoding encoding(Optional<String> accept) {
    String webp = Thumbnail.Encoding.WEBP.mediaType();
    return Accept.choose(accept, List.of(Thumbnail.Encoding.JPEG.mediaType(), webp))
            .filter(webp::equals)
            .isPresent()
        ? Thumbnail.Encoding.WEBP
        : Thumbnail.Encoding.JPEG;
  }
}
