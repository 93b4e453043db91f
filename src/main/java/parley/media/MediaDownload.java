package parley.media;

import java.io.IOException;
import java.util.Optional;
import parley.media.links.SignedLinks;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.BlobStore;
import parley.storage.LinkHeaders;
import parley.web.ByteRange;
import parley.web.ContentDisposition;
import parley.web.Exchange;
import parley.web.Preconditions;

/// Serves the bytes of media entries with conditions and ranges, and with headers that keep
/// browsers from executing uploaded files.
public final class MediaDownload {
  private final BlobStore store;

  public MediaDownload(BlobStore store) {
    this.store = store;
  }

  /// Serves GET or HEAD of an entry that the caller may read.
  public void answer(Exchange exchange, Media media) throws IOException {
    Preconditions preconditions = new Preconditions(media.blob().sha256().hex(), media.createdAt());
    exchange
        .setHeader("ETag", preconditions.entityTag())
        .setHeader("Last-Modified", preconditions.lastModifiedDate())
        .setHeader("Accept-Ranges", "bytes")
        .setHeader("Cache-Control", "private, no-cache")
        .setHeader("Content-Disposition", disposition(media))
        .setHeader("X-Content-Type-Options", "nosniff")
        .setHeader(
            "Content-Security-Policy",
            "sandbox; default-src 'none'; media-src 'self'; style-src 'unsafe-inline'")
        .setHeader("Cross-Origin-Resource-Policy", "cross-origin");
    if (preconditions.isFailed(
        exchange.header("If-Match").orElse(null),
        exchange.header("If-Unmodified-Since").orElse(null))) {
      throw new Problem(
          ProblemCode.PRECONDITION_FAILED, "The file is not the one that the request expects.");
    }
    if (preconditions.isNotModified(
        exchange.header("If-None-Match").orElse(null),
        exchange.header("If-Modified-Since").orElse(null))) {
      exchange.empty(304);
      return;
    }
    boolean inPart = preconditions.allowsRange(exchange.header("If-Range").orElse(null));
    switch (ByteRange.select(inPart ? exchange.header("Range").orElse(null) : null, media.size())) {
      case ByteRange.Whole whole -> send(exchange, media, 200, 0, media.size());
      case ByteRange.Part(ByteRange range) -> {
        exchange.setHeader("Content-Range", range.contentRange(media.size()));
        send(exchange, media, 206, range.first(), range.length());
      }
      case ByteRange.Unsatisfiable none ->
          throw new Problem(
                  ProblemCode.RANGE_NOT_SATISFIABLE,
                  "The file has only " + media.size() + " bytes.")
              .with("Content-Range", ByteRange.unsatisfiable(media.size()));
    }
  }

  /// A link with which the store itself serves the bytes, if it can. Not before they are scanned,
  /// because the scan status is not checked when the link is followed.
  Optional<SignedLinks.Link> storeLink(Media media) {
    if (media.scanStatus() == ScanStatus.PENDING) {
      return Optional.empty();
    }
    LinkHeaders headers = new LinkHeaders(media.contentType(), disposition(media));
    return store
        .link(media.blob(), headers, SignedLinks.VALID)
        .map(link -> new SignedLinks.Link(link.url(), link.expiresAt()));
  }

  private void send(Exchange exchange, Media media, int status, long offset, long length)
      throws IOException {
    new BlobDownload(store)
        .send(exchange, status, media.contentType(), media.blob(), offset, length);
  }

  private static String disposition(Media media) {
    return media.type().isSafeInline()
        ? ContentDisposition.inline(media.fileName())
        : ContentDisposition.attachment(media.fileName());
  }
}
