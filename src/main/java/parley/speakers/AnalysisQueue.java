package parley.speakers;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.TenantId;

/// Limits the resources that voice measurement takes: each tenant has one enrolment in progress and
/// a few waiting, and tenants take turns, one recording at a time.
final class AnalysisQueue {
  /// Enrolments per tenant, including the one in progress.
  private static final int MAX_PER_TENANT = 4;

  /// After this long, a caller is asked to retry instead.
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration COME_BACK = Duration.ofSeconds(5);

  private final Map<TenantId, TenantQueue> tenants = new HashMap<>();

  /// One recording already uses all processors of inference, so more at a time would be no faster.
  private final Semaphore recording = new Semaphore(1, true);

  private static final class TenantQueue {
    final Semaphore running = new Semaphore(1, true);
    int enrolments;
  }

  /// A measurement.
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /// Runs the measurements of one enrolment after the tenant's earlier ones.
  ///
  /// @throws Problem RATE_LIMITED if too many of the tenant's enrolments are waiting
  <T> T enrolment(TenantId tenant, Work<T> work) throws IOException {
    TenantQueue queue = enter(tenant);
    try {
      return holding(queue.running, AnalysisQueue::tooMany, work);
    } finally {
      leave(tenant, queue);
    }
  }

  /// Measures one recording when it is its turn; call within [#enrolment].
  ///
  /// @throws Problem UNAVAILABLE if recordings of other tenants take too long
  <T> T recording(Work<T> work) throws IOException {
    return holding(recording, AnalysisQueue::busy, work);
  }

  private synchronized TenantQueue enter(TenantId tenant) {
    TenantQueue queue = tenants.computeIfAbsent(tenant, id -> new TenantQueue());
    if (queue.enrolments == MAX_PER_TENANT) {
      throw tooMany();
    }
    queue.enrolments++;
    return queue;
  }

  private synchronized void leave(TenantId tenant, TenantQueue queue) {
    queue.enrolments--;
    if (queue.enrolments == 0) {
      tenants.remove(tenant);
    }
  }

  private static <T> T holding(Semaphore turn, Supplier<Problem> late, Work<T> work)
      throws IOException {
    try {
      if (!turn.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw late.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Problem(ProblemCode.UNAVAILABLE, "The server is stopping; try again.");
    }
    try {
      return work.run();
    } finally {
      turn.release();
    }
  }

  private static Problem tooMany() {
    return new Problem(
            ProblemCode.RATE_LIMITED, "Too many enrolments of the tenant are being measured.")
        .retryAfter(COME_BACK);
  }

  /// The delay is not of the tenant's making, so this is a 503 and not a 429.
  private static Problem busy() {
    return new Problem(
            ProblemCode.UNAVAILABLE, "The server is measuring many other recordings; try again.")
        .retryAfter(COME_BACK);
  }
}
