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

/// Caches the keys of an issuer. Refreshes them periodically, and when a token names an unknown
/// key: the latter at most once in [#RETRY_INTERVAL], so that made-up key ids neither flood the
/// issuer nor evict the cached keys.
final class CachedIssuerKeys implements JWKSource<SecurityContext> {
  private static final Duration REFRESH_INTERVAL = Duration.ofMinutes(5);

  /// How long keys remain valid while the issuer does not answer.
  private static final Duration MAX_AGE = Duration.ofMinutes(30);

  /// The minimum time between two lookups of unknown keys, and between two attempts to reach an
  /// issuer that is down.
  private static final Duration RETRY_INTERVAL = Duration.ofSeconds(5);

  private final JWKSetSource<SecurityContext> issuer;
  private final Clock clock;
  private final ReentrantLock refreshing = new ReentrantLock();
  private volatile @Nullable Cached cached;
  private Instant nextAttempt = Instant.MIN;

  private record Cached(JWKSet keys, Instant readAt) {}

  CachedIssuerKeys(JWKSetSource<SecurityContext> issuer, Clock clock) {
    this.issuer = issuer;
    this.clock = clock;
  }

  /// Returns the keys that match a token's header; empty if the issuer has no such key.
  ///
  /// @throws KeySourceException if no keys are cached and the issuer does not answer
  @Override
  public List<JWK> get(JWKSelector selector, SecurityContext context) throws KeySourceException {
    Cached now = cached;
    List<JWK> found = now == null ? List.of() : selector.select(now.keys);
    if (now != null && !found.isEmpty()) {
      return isOlderThan(now, REFRESH_INTERVAL) ? selector.select(refreshed(now).keys) : found;
    }
    return selector.select(afterLookup(now).keys);
  }

  /// Refreshes the cache. Other threads keep using the old keys meanwhile.
  private Cached refreshed(Cached now) throws KeySourceException {
    if (!refreshing.tryLock()) {
      return unlessTooOld(now);
    }
    try {
      return clock.instant().isBefore(nextAttempt) ? unlessTooOld(now) : read();
    } catch (JWKSetUnavailableException away) {
      return unlessTooOld(now);
    } finally {
      refreshing.unlock();
    }
  }

  private Cached unlessTooOld(Cached now) throws JWKSetUnavailableException {
    if (isOlderThan(now, MAX_AGE)) {
      throw new JWKSetUnavailableException("the issuer's keys are too old");
    }
    return now;
  }

  /// Refreshes the cache to find an unknown key.
  private Cached afterLookup(@Nullable Cached before) throws KeySourceException {
    refreshing.lock();
    try {
      Cached now = cached;
      if (now != null && !now.equals(before)) {
        // Another thread refreshed the cache while this one waited for the lock.
        return now;
      }
      if (clock.instant().isBefore(nextAttempt)) {
        if (now == null) {
          throw new JWKSetUnavailableException("the issuer did not answer a moment ago");
        }
        return now;
      }
      Cached read = read();
      if (now != null) {
        nextAttempt = clock.instant().plus(RETRY_INTERVAL);
      }
      return read;
    } finally {
      refreshing.unlock();
    }
  }

  private Cached read() throws KeySourceException {
    Instant before = nextAttempt;
    // Stays in effect when the request fails.
    nextAttempt = clock.instant().plus(RETRY_INTERVAL);
    JWKSet keys =
        issuer.getJWKSet(
            JWKSetCacheRefreshEvaluator.forceRefresh(), clock.instant().toEpochMilli(), null);
    nextAttempt = before;
    Cached read = new Cached(keys, clock.instant());
    cached = read;
    return read;
  }

  private boolean isOlderThan(Cached keys, Duration age) {
    return clock.instant().isAfter(keys.readAt.plus(age));
  }
}
