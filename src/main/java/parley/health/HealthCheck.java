package parley.health;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The health of one component, as its last self-test found it. While the component is broken, the
/// test repeats every second until it passes; while it works, the test runs on demand.
///
/// Only one test runs at a time, and all callers that ask before it starts share its result.
/// Thread-safe.
public final class HealthCheck implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HealthCheck.class);

  private static final Duration RETRY = Duration.ofSeconds(1);

  /// [#check] reuses a result that is at most this old.
  private static final Duration MAX_AGE = Duration.ofSeconds(5);

  private final String component;
  private final SelfTest test;
  private final ReentrantLock testing = new ReentrantLock();
  private final Condition closing = testing.newCondition();

  /// By [System#nanoTime()].
  private long lastStart;

  private final SingleFlight<Boolean> check;
  private volatile @Nullable String fault;
  private boolean recovering;
  private volatile boolean closed;

  /// A component that has just passed its test.
  ///
  /// @param component its name in log lines
  public HealthCheck(String component, SelfTest test) {
    this.component = component;
    this.test = test;
    this.check = new SingleFlight<>("health-check-of-" + component, () -> passes(MAX_AGE));
    this.lastStart = System.nanoTime();
  }

  /// Why the component does not work, for the operator; empty while it works.
  public Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  /// Like [#fault], after running the test if its last result is stale. Returns the previous result
  /// when the test takes longer than `timeout`.
  public Optional<String> check(Duration timeout) {
    try {
      check.run().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException slow) {
      LOG.debug("the self-test of {} is slow", component);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return fault();
  }

  /// Runs the test now, because something failed that depends on the component.
  ///
  /// @return whether the component works
  public boolean checkNow() {
    return passes(Duration.ZERO);
  }

  private boolean passes(Duration maxAge) {
    long oldest = System.nanoTime() - maxAge.toNanos();
    testing.lock();
    try {
      if (lastStart - oldest < 0) {
        test();
      }
      return fault == null;
    } finally {
      testing.unlock();
    }
  }

  /// Must be called with the lock held.
  private void test() {
    if (closed) {
      return;
    }
    lastStart = System.nanoTime();
    String before = fault;
    try {
      test.run();
      fault = null;
      if (before != null) {
        LOG.info("{} works again", component);
      }
    } catch (IOException | RuntimeException failure) {
      String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
      fault = reason;
      if (before == null) {
        LOG.error("{} does not work: {}", component, reason);
      }
      if (!recovering) {
        recovering = true;
        Thread.ofVirtual().name("recovery-of-" + component).start(this::recover);
      }
    }
  }

  private void recover() {
    testing.lock();
    try {
      while (fault != null && !closed) {
        closing.awaitNanos(RETRY.toNanos());
        test();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      recovering = false;
      testing.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    testing.lock();
    try {
      closing.signalAll();
    } finally {
      testing.unlock();
    }
  }
}
