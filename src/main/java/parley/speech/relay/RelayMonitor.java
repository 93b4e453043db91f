package parley.speech.relay;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Monitors the server while it works on a recording. A server that never answers other requests
/// while it works is not considered down; one that did and then stopped is. Not thread-safe.
final class RelayMonitor {
  private static final int MAX_MISSES = 2;

  /// A live server answers the probe within this time.
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);

  private final RelayProbe probe;
  private final CompletableFuture<?> work;
  private @Nullable CompletableFuture<Boolean> pending;
  private long probedAt = System.nanoTime();
  private int missed;

  RelayMonitor(RelayProbe probe, CompletableFuture<?> work) {
    this.probe = probe;
    this.work = work;
  }

  /// Whether the last probe went unanswered. When the call times out, this tells a hung server from
  /// a slow one.
  boolean isUnanswered() {
    return missed > 0 || System.nanoTime() - probedAt > PROBE_TIMEOUT.toNanos();
  }

  /// Whether the server has stopped answering. Sends a probe unless one is pending, so call it
  /// repeatedly.
  boolean hasStopped() {
    CompletableFuture<Boolean> last = pending;
    if (last == null || last.isDone()) {
      if (last != null) {
        missed = last.join() ? 0 : missed + 1;
      }
      probedAt = System.nanoTime();
      pending = probe.answersDuring(work);
    }
    return probe.answersWhileBusy() && missed >= MAX_MISSES;
  }
}
