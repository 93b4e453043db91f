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

/// How one part is, as its self-test said last. While the part is broken the test runs again every
/// second, so that it is back by itself; while it works, whenever somebody doubts it.
///
/// However many doubt a part at once, one test at a time runs, and one that began after they
/// doubted answers them all. For any number of threads, virtual ones too.
public final class HealthCheck implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HealthCheck.class);

  private static final Duration RETRY = Duration.ofSeconds(1);

  /// A test that is no older answers those who only look.
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final String part;
  private final SelfTest test;
  private final ReentrantLock testing = new ReentrantLock();
  private final Condition closing = testing.newCondition();

  /// On the clock of [System#nanoTime()].
  private long lastBegan;

  private final SingleFlight<Boolean> look;
  private volatile @Nullable String fault;
  private boolean recovering;
  private volatile boolean closed;

  /// A part that has just passed its test.
  ///
  /// @param part its name in log lines
  public HealthCheck(String part, SelfTest test) {
    this.part = part;
    this.test = test;
    this.look = new SingleFlight<>("look-at-" + part, () -> passes(FRESH));
    this.lastBegan = System.nanoTime();
  }

  /// Why the part does not work, for the operator; empty while it works.
  public Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  /// Why the part does not work, for the operator, after a look that takes no longer than
  /// `patience`; where a test takes longer, what was known before.
  public Optional<String> check(Duration patience) {
    try {
      look.run().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException slow) {
      LOG.debug("the test of {} takes long", part);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return fault();
  }

  /// Tests the part because somebody has a reason to doubt it now.
  ///
  /// @return whether it works
  public boolean checkNow() {
    return passes(Duration.ZERO);
  }

  /// Tests the part, unless a test that began within so long has answered already.
  private boolean passes(Duration within) {
    long doubted = System.nanoTime() - within.toNanos();
    testing.lock();
    try {
      if (lastBegan - doubted < 0) {
        test();
      }
      return fault == null;
    } finally {
      testing.unlock();
    }
  }

  /// With the lock held.
  private void test() {
    if (closed) {
      return;
    }
    lastBegan = System.nanoTime();
    String before = fault;
    try {
      test.run();
      fault = null;
      if (before != null) {
        LOG.info("{} works again", part);
      }
    } catch (IOException | RuntimeException failure) {
      String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
      fault = reason;
      if (before == null) {
        LOG.error("{} does not work: {}", part, reason);
      }
      if (!recovering) {
        recovering = true;
        Thread.ofVirtual().name("recovery-of-" + part).start(this::recover);
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

  /// Ends the tests.
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
