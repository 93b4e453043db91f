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

/// Making links that open a file for five minutes, and checking them.
///
/// Keys are made here when they are needed and kept in the database, so that every node knows them.
/// The newest signs; a new one takes over after [#ROTATED_AFTER], and the one before stays valid
/// until the next takes over. Deleting the rows of `link_keys` makes all links invalid at once.
public final class SignedLinks {
  /// How long a link opens its file.
  public static final Duration VALID = Duration.ofMinutes(5);

  /// Much longer than a link is valid, so that no link ends before its time.
  private static final Duration ROTATED_AFTER = Duration.ofDays(7);

  private static final int SECRET_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Database database;
  private final LinkKeyTable table = new LinkKeyTable();
  private final Optional<URI> publicUrl;
  private final Clock clock;

  /// @param publicUrl what links begin with; without it they are relative
  public SignedLinks(Database database, Optional<URI> publicUrl, Clock clock) {
    this.database = database;
    this.publicUrl = publicUrl;
    this.clock = clock;
  }

  /// A link, and when it ends.
  public record Link(String url, Instant expiresAt) {}

  /// The link to what answers at `path`, which has to check it with [#check].
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

  /// Throws MEDIA_LINK_INVALID when this server never signed it so or the key is no longer valid,
  /// and MEDIA_LINK_EXPIRED when its time is over.
  public void check(LinkSubject subject, LinkSignature signature) {
    List<LinkKey> keys = database.inTransaction(table::valid);
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

  /// The refusal of anything that is no link of this server.
  public static Problem invalid() {
    return new Problem(ProblemCode.MEDIA_LINK_INVALID, "The link is not valid.");
  }

  private LinkKey signingKey(Handle transaction) {
    List<LinkKey> keys = table.valid(transaction);
    if (isFresh(keys)) {
      return keys.getFirst();
    }
    table.lock(transaction);
    List<LinkKey> now = table.valid(transaction);
    if (isFresh(now)) {
      return now.getFirst();
    }
    byte[] secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(secret);
    LinkKey key =
        new LinkKey(
            UUID.randomUUID(), new SecretKeySpec(secret, LinkSignature.ALGORITHM), clock.instant());
    table.add(transaction, key);
    return key;
  }

  private boolean isFresh(List<LinkKey> keys) {
    return !keys.isEmpty()
        && keys.getFirst().createdAt().plus(ROTATED_AFTER).isAfter(clock.instant());
  }
}
