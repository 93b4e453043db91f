package parley.media.links;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Handle;
import parley.db.Database;
import parley.media.links.LinkKeyTable.LinkKey;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Signs and verifies links that open a file for five minutes.
///
/// Keys are created on demand and stored in the database for all nodes. The newest one signs. After
/// [#ROTATED_AFTER] a new key replaces it, and it remains valid until the next replacement.
/// Deleting the rows of `link_keys` immediately invalidates all links.
public final class SignedLinks {
  /// How long a link is valid.
  public static final Duration VALID = Duration.ofMinutes(5);

  /// Much longer than the validity of links, so that rotation never shortens it.
  private static final Duration ROTATED_AFTER = Duration.ofDays(7);

  private static final int SECRET_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Database database;
  private final Optional<URI> publicUrl;
  private final Clock clock;

  /// @param publicUrl the prefix of links, which are relative without it
  public SignedLinks(Database database, Optional<URI> publicUrl, Clock clock) {
    this.database = database;
    this.publicUrl = publicUrl;
    this.clock = clock;
  }

  /// A link and its expiry.
  public record Link(String url, Instant expiresAt) {}

  /// Signs a link to `path`, whose handler has to call [#check].
  public Link sign(LinkSubject subject, String path) {
    return database.inTransaction(transaction -> sign(transaction, subject, path));
  }

  /// As above, within a transaction.
  public Link sign(Handle transaction, LinkSubject subject, String path) {
    LinkKey key = signingKey(transaction);
    Instant expiresAt = clock.instant().plus(VALID).truncatedTo(ChronoUnit.SECONDS);
    LinkSignature signature = LinkSignature.of(subject, expiresAt, key.id(), key.secret());
    String base = publicUrl.map(url -> url.toString().replaceAll("/+$", "")).orElse("");
    return new Link(
        base
            + path
            + "?tenant="
            + subject.tenant()
            + "&expires="
            + expiresAt.getEpochSecond()
            + "&key="
            + key.id()
            + "&signature="
            + signature.signature(),
        expiresAt);
  }

  /// Verifies a link.
  ///
  /// @throws Problem MEDIA_LINK_INVALID if the signature or its key is not valid,
  ///   MEDIA_LINK_EXPIRED if the link has expired
  public void check(LinkSubject subject, LinkSignature signature) {
    List<LinkKey> keys = database.inTransaction(LinkKeyTable::valid);
    boolean genuine =
        keys.stream()
            .anyMatch(
                key -> key.id().equals(signature.key()) && signature.isOf(subject, key.secret()));
    if (!genuine) {
      throw invalid();
    }
    if (!clock.instant().isBefore(signature.expiresAt())) {
      throw new Problem(ProblemCode.MEDIA_LINK_EXPIRED, "The link has expired.");
    }
  }

  /// The problem for links that this server did not sign.
  public static Problem invalid() {
    return new Problem(ProblemCode.MEDIA_LINK_INVALID, "The link is not valid.");
  }

  private LinkKey signingKey(Handle transaction) {
    List<LinkKey> keys = LinkKeyTable.valid(transaction);
    if (isFresh(keys)) {
      return keys.getFirst();
    }
    LinkKeyTable.lock(transaction);
    List<LinkKey> now = LinkKeyTable.valid(transaction);
    if (isFresh(now)) {
      return now.getFirst();
    }
    byte[] secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(secret);
    LinkKey key =
        new LinkKey(
            UUID.randomUUID(), new SecretKeySpec(secret, LinkSignature.ALGORITHM), clock.instant());
    LinkKeyTable.add(transaction, key);
    return key;
  }

  private boolean isFresh(List<LinkKey> keys) {
    return !keys.isEmpty()
        && keys.getFirst().createdAt().plus(ROTATED_AFTER).isAfter(clock.instant());
  }
}
