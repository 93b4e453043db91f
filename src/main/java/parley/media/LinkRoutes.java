package parley.media;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import parley.auth.Permission;
import parley.media.links.LinkSignature;
import parley.media.links.LinkSubject;
import parley.media.links.SignedLinks;
import parley.problem.ProblemCode;
import parley.tenants.TenantId;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// Signed links of the wave dialect, and the files behind them.
public final class LinkRoutes {
  private final MediaLibrary library;
  private final MediaDownload download;
  private final SignedLinks links;

  public LinkRoutes(MediaLibrary library, MediaDownload download, SignedLinks links) {
    this.library = library;
    this.download = download;
    this.links = links;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v1/media/signed/{media_id}", Access.needs(Permission.MEDIA_READ), this::sign),
        Route.get("/v1/media/signed/{media_id}/content", Access.signed(), this::open));
  }

  /// The path at which a signed link opens an entry.
  static String path(MediaId id) {
    return "/v1/media/signed/" + id + "/content";
  }

  private void sign(Exchange exchange) throws IOException {
    MediaId id = exchange.path("media_id", MediaId::parse, ProblemCode.MEDIA_NOT_FOUND);
    Media media = library.signing(exchange.caller(), id);
    SignedLinks.Link link = download.storeLink(media).orElseGet(() -> own(exchange, media));
    exchange.setHeader("Cache-Control", "no-store");
    exchange.data(200, link);
  }

  /// A link to this server. It starts with the configured public URL or else with the one that the
  /// caller used, because clients may expect an absolute URL.
  private SignedLinks.Link own(Exchange exchange, Media media) {
    SignedLinks.Link link =
        links.sign(new LinkSubject(media.blob().tenant(), media.id()), path(media.id()));
    String whole = exchange.origin().resolve(link.url()).toString();
    return new SignedLinks.Link(whole, link.expiresAt());
  }

  private void open(Exchange exchange) throws IOException {
    MediaId id = exchange.path("media_id", MediaId::parse, ProblemCode.MEDIA_LINK_INVALID);
    LinkSubject subject = subject(exchange, id);
    links.check(subject, signature(exchange));
    download.answer(exchange, library.linked(subject.tenant(), id));
  }

  /// The subject that the request's link claims to open.
  static LinkSubject subject(Exchange exchange, MediaId media) {
    return new LinkSubject(new TenantId(uuid(exchange, "tenant")), media);
  }

  /// The signature in the request's query; throws MEDIA_LINK_INVALID if there is none.
  static LinkSignature signature(Exchange exchange) {
    String signature = exchange.query("signature").orElseThrow(SignedLinks::invalid);
    try {
      long expires = Long.parseLong(exchange.query("expires").orElse(""));
      return new LinkSignature(Instant.ofEpochSecond(expires), uuid(exchange, "key"), signature);
    } catch (NumberFormatException | DateTimeException notOurs) {
      throw SignedLinks.invalid();
    }
  }

  private static UUID uuid(Exchange exchange, String name) {
    try {
      return UUID.fromString(exchange.query(name).orElse(""));
    } catch (IllegalArgumentException notOurs) {
      throw SignedLinks.invalid();
    }
  }
}
