package parley.auth;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The keys of an issuer as they were last read, which is now and then, and for a key that is not
/// among them: but for that no more often than [#UNKNOWN_EVERY], so that made-up key ids neither
/// flood the issuer nor take the known keys away.
final class CachedIssuerKeys implements JWKSource<SecurityContext> {
  private static final Duration READ_EVERY = Duration.ofMinutes(5);

  /// How long keys are good while the issuer does not answer.
  private static final Duration GOOD_FOR = Duration.ofMinutes(30);

  /// Between two looks for keys that are not known, and between two tries at an issuer that is
  /// away.
  private static final Duration UNKNOWN_EVERY = Duration.ofSeconds(5);

  private final JWKSetSource<SecurityContext> issuer;
  private final Clock clock;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile @Nullable Known known;
  private Instant nextLook = Instant.MIN;

  private record Known(JWKSet keys, Instant readAt) {}

  CachedIssuerKeys(JWKSetSource<SecurityContext> issuer, Clock clock) {
    this.issuer = issuer;
    this.clock = clock;
  }

  /// The keys that a token's head asks for; none when the issuer has no such key.
  ///
  /// @throws KeySourceException when nothing is known because the issuer does not answer
  @Override
  public List<JWK> get(JWKSelector selector, SecurityContext context) throws KeySourceException {
    Known now = known;
    List<JWK> found = now == null ? List.of() : selector.select(now.keys);
    if (now != null && !found.isEmpty()) {
      return isOlderThan(now, READ_EVERY) ? selector.select(renewed(now).keys) : found;
    }
    return selector.select(lookedFor(now).keys);
  }

  /// Renews what is known; others go on with it meanwhile.
  private Known renewed(Known now) throws KeySourceException {
    if (!reading.tryLock()) {
      return stillGood(now);
    }
    try {
      return clock.instant().isBefore(nextLook) ? stillGood(now) : read();
    } catch (JWKSetUnavailableException away) {
      return stillGood(now);
    } finally {
      reading.unlock();
    }
  }

  private Known stillGood(Known now) throws JWKSetUnavailableException {
    if (isOlderThan(now, GOOD_FOR)) {
      throw new JWKSetUnavailableException("the issuer's keys are too old");
    }
    return now;
  }

  /// Reads anew for a key that is not among the known.
  private Known lookedFor(@Nullable Known before) throws KeySourceException {
    reading.lock();
    try {
      Known now = known;
      if (now != null && !now.equals(before)) {
        // Somebody else has read them while we waited.
        return now;
      }
      if (clock.instant().isBefore(nextLook)) {
        if (now == null) {
          throw new JWKSetUnavailableException("the issuer did not answer a moment ago");
        }
        return now;
      }
      Known read = read();
      if (now != null) {
        nextLook = clock.instant().plus(UNKNOWN_EVERY);
      }
      return read;
    } finally {
      reading.unlock();
    }
  }

  private Known read() throws KeySourceException {
    Instant before = nextLook;
    // Holds when it fails.
    nextLook = clock.instant().plus(UNKNOWN_EVERY);
    JWKSet keys =
        issuer.getJWKSet(
            JWKSetCacheRefreshEvaluator.forceRefresh(), clock.instant().toEpochMilli(), null);
    nextLook = before;
    Known read = new Known(keys, clock.instant());
    known = read;
    return read;
  }

  private boolean isOlderThan(Known keys, Duration age) {
    return clock.instant().isAfter(keys.readAt.plus(age));
  }
}
