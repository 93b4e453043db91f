package parley.auth;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// How many requests a key may make on this node: a token bucket for each key, kept while it is in
/// use.
public final class RateLimits {
  private final LoadingCache<KeyId, Bucket> buckets;

  /// @param requestsPerSecond the steady rate, at least 1
  /// @param burst how many may come at once after a pause, at least 1
  /// @param remembered how many keys' rates are kept, for memory; one that is forgotten begins anew
  public RateLimits(int requestsPerSecond, int burst, int remembered) {
    this.buckets =
        Caffeine.newBuilder()
            // A bucket that has been idle for longer than it takes to fill is as good as a new one.
            .expireAfterAccess(Duration.ofSeconds(60L + burst / requestsPerSecond))
            .maximumSize(remembered)
            .build(key ->
                Bucket.builder()
                    .addLimit(limit ->
                        limit
                            .capacity(burst)
                            .refillGreedy(requestsPerSecond, Duration.ofSeconds(1)))
                    .build());
  }

  /// Counts one request of the key; throws RATE_LIMITED with the time to wait when it has none
  /// left.
  public void take(KeyId key) {
    ConsumptionProbe probe = buckets.get(key).tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      throw new Problem(ProblemCode.RATE_LIMITED, "Too many requests with this key.")
          .retryAfter(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }
  }
}
