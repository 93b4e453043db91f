package parley.peers;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A circuit breaker for a service that this server depends on: the database, the store, a scanner
/// or a relay, which may be down, refuse, hang or send garbage at any moment.
///
/// While a call is pending, a probe checks the service. When the probe fails, pending calls are
/// aborted and new ones fail at once until the probe succeeds again. So no caller waits longer than
/// [#MAX_WAIT] for a dead service, however long a legitimate answer may take, and only one thread
/// probes it. The log has one line for each outage and one for its end.
public final class Peer implements AutoCloseable {
  /// The maximum time that a caller waits for a service that hangs.
  public static final Duration MAX_WAIT = Duration.ofSeconds(4);

  /// When a refused caller should retry.
  public static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(Peer.class);
  private static final Duration CHECK_INTERVAL = Duration.ofMillis(400);

  /// A call that takes longer triggers the probe.
  private static final Duration SLOW_CALL = Duration.ofMillis(500);

  /// A service that answered this recently is not probed.
  private static final Duration FRESH = Duration.ofMillis(800);

  /// How long the probe may take. Long, so that a busy machine is not mistaken for a dead one.
  private static final Duration PROBE_TIMEOUT =
      MAX_WAIT.minus(CHECK_INTERVAL).minus(FRESH).minusMillis(200);

  /// A single failure may come from a connection that was closed earlier.
  private static final int FAILURE_THRESHOLD = 2;

  private final String name;
  private final Probe probe;
  private final Runnable abort;
  private final Set<PendingCall> pending = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile @Nullable Absence absence;
  private volatile long lastAnswer = System.nanoTime();
  private int failures;
  private @Nullable Thread watcher;

  /// The cheapest request that shows that the service works. May block; it is interrupted when it
  /// takes too long.
  @FunctionalInterface
  public interface Probe {
    void run() throws Exception;
  }

  /// A call to the service.
  @FunctionalInterface
  public interface Call<T, E extends Exception> {
    T run() throws E;
  }

  private record Absence(long since, CountDownLatch over) {}

  private static final class PendingCall {
    final Thread thread = Thread.currentThread();
    final long since = System.nanoTime();
    boolean over;
    boolean interrupted;
  }

  /// A service whose calls are aborted by interrupting their threads.
  ///
  /// @param name for the log, as in "the database"
  public Peer(String name, Probe probe) {
    this.name = name;
    this.probe = probe;
    this.abort = this::interruptCalls;
  }

  /// A service whose calls are aborted by other means.
  ///
  /// @param abort ends all pending calls; may run more than once
  public Peer(String name, Probe probe, Runnable abort) {
    this.name = name;
    this.probe = probe;
    this.abort = abort;
  }

  public void start() {
    watcher = Thread.ofVirtual().name("probe of " + name).start(this::watchCalls);
  }

  @Override
  public void close() {
    stopping.countDown();
    Absence now = absence;
    if (now != null) {
      now.over.countDown();
    }
    try {
      if (watcher != null) {
        watcher.interrupt();
        watcher.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether the service is known to be unavailable.
  public boolean isAway() {
    return absence != null;
  }

  /// Runs a call unless the service is known to be unavailable.
  ///
  /// @throws PeerUnavailable without calling when it is
  public <T, E extends Exception> T call(Call<T, E> call) throws E, PeerUnavailable {
    if (isAway()) {
      throw new PeerUnavailable(name);
    }
    PendingCall entry = new PendingCall();
    pending.add(entry);
    try {
      T answer = call.run();
      lastAnswer = System.nanoTime();
      return answer;
    } finally {
      pending.remove(entry);
      synchronized (entry) {
        entry.over = true;
        if (entry.interrupted) {
          // Clears an interrupt that was meant for this call only.
          Thread.interrupted();
        }
      }
    }
  }

  /// Waits while the service is unavailable.
  ///
  /// @return whether it became available within `maxWait`
  public boolean awaitAvailable(Duration maxWait) throws InterruptedException {
    Absence now = absence;
    return now == null
        || (now.over.await(maxWait.toMillis(), TimeUnit.MILLISECONDS) && stopping.getCount() > 0);
  }

  private void interruptCalls() {
    for (PendingCall entry : pending) {
      synchronized (entry) {
        if (!entry.over) {
          entry.interrupted = true;
          entry.thread.interrupt();
        }
      }
    }
  }

  private void watchCalls() {
    try {
      while (!stopping.await(CHECK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        if (isAway() || isProbeDue()) {
          probe();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isProbeDue() {
    long now = System.nanoTime();
    if (now - lastAnswer < FRESH.toNanos()) {
      failures = 0;
      return false;
    }
    return failures > 0
        || pending.stream().anyMatch(entry -> now - entry.since > SLOW_CALL.toNanos());
  }

  private void probe() throws InterruptedException {
    long began = System.nanoTime();
    FutureTask<Void> probing =
        new FutureTask<>(() -> {
          probe.run();
          return null;
        });
    Thread thread = Thread.ofVirtual().name("probe of " + name).start(probing);
    try {
      probing.get(PROBE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      recovered();
    } catch (ExecutionException e) {
      failed(began, String.valueOf(e.getCause()), 1);
    } catch (TimeoutException e) {
      failed(began, "no answer within " + PROBE_TIMEOUT.toMillis() + " ms", FAILURE_THRESHOLD);
    } finally {
      thread.interrupt();
    }
  }

  private void failed(long began, String reason, int count) {
    if (lastAnswer - began > 0) {
      // A call succeeded in the meantime.
      failures = 0;
      return;
    }
    failures += count;
    if (failures >= FAILURE_THRESHOLD) {
      if (absence == null) {
        absence = new Absence(System.nanoTime(), new CountDownLatch(1));
        LOG.error("{} is away: {}", name, reason);
      }
      abort.run();
    }
  }

  private void recovered() {
    failures = 0;
    lastAnswer = System.nanoTime();
    Absence ended = absence;
    if (ended != null) {
      absence = null;
      ended.over.countDown();
      LOG.info(
          "{} answers again after {} s",
          name,
          Duration.ofNanos(System.nanoTime() - ended.since).toSeconds());
    }
  }
}
