package parley.auth;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Limits the request rate per key on this node, with one token bucket for each key in use.
public final class RateLimits {
  private final LoadingCache<KeyId, Bucket> buckets;

  /// @param requestsPerSecond the refill rate, at least 1
  /// @param burst the capacity of a bucket, at least 1
  /// @param maxKeys bounds memory; an evicted key starts with a full bucket
  public RateLimits(int requestsPerSecond, int burst, int maxKeys) {
    this.buckets =
        Caffeine.newBuilder()
            // By then an idle bucket is full, like a new one.
            .expireAfterAccess(Duration.ofSeconds(60L + burst / requestsPerSecond))
            .maximumSize(maxKeys)
            .build(key ->
                Bucket.builder()
                    .addLimit(limit ->
                        limit
                            .capacity(burst)
                            .refillGreedy(requestsPerSecond, Duration.ofSeconds(1)))
                    .build());
  }

  /// Counts a request.
  ///
  /// @throws Problem RATE_LIMITED with the time to wait
  public void take(KeyId key) {
    ConsumptionProbe probe = buckets.get(key).tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      throw new Problem(ProblemCode.RATE_LIMITED, "Too many requests with this key.")
          .retryAfter(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }
  }
}
