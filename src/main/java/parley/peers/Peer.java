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

/// A program beside this one: the database, the store, a scanner, a relay. It may be absent,
/// refuse, stand still or talk nonsense at any moment, and come back at any other.
///
/// While somebody waits for it, its pulse is felt. When that is missing, everybody who waits is let
/// go and whoever comes is refused at once, until the pulse is back: so nobody waits longer than
/// [#MAX_WAIT], however long one answer may rightly take, and a peer that is away is asked by one
/// thread instead of by all. The log tells once that it went and once that it came back.
public final class Peer implements AutoCloseable {
  /// The longest that a caller waits for a peer that stands still.
  public static final Duration MAX_WAIT = Duration.ofSeconds(4);

  /// When to come again after having been refused.
  public static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(Peer.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(400);

  /// A call that takes longer is worth feeling the pulse.
  private static final Duration USUAL_CALL = Duration.ofMillis(500);

  /// A peer that has just answered is not asked again at once.
  private static final Duration FRESH = Duration.ofMillis(800);

  /// How long the pulse may take. Long, since a busy machine must not pass for one that is away.
  private static final Duration PULSE = MAX_WAIT.minus(LOOK_EVERY).minus(FRESH).minusMillis(200);

  /// One failure may be a connection that had ended before.
  private static final int MISSES = 2;

  private final String name;
  private final Probe probe;
  private final Runnable release;
  private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile @Nullable Absence absence;
  private volatile long heard = System.nanoTime();
  private int misses;
  private @Nullable Thread looking;

  /// Asks the peer for the least that shows that it works. May block: it is interrupted when it
  /// does for too long.
  @FunctionalInterface
  public interface Probe {
    void run() throws Exception;
  }

  /// Something asked of the peer.
  @FunctionalInterface
  public interface Call<T, E extends Exception> {
    T run() throws E;
  }

  private record Absence(long since, CountDownLatch over) {}

  private static final class Waiting {
    final Thread thread = Thread.currentThread();
    final long since = System.nanoTime();
    boolean over;
    boolean interrupted;
  }

  /// A peer whose calls end when their threads are interrupted.
  ///
  /// @param name as the log tells it, as in "the database"
  public Peer(String name, Probe probe) {
    this.name = name;
    this.probe = probe;
    this.release = this::interruptCalls;
  }

  /// A peer whose calls end by other means.
  ///
  /// @param release ends all calls under way; may be called again
  public Peer(String name, Probe probe, Runnable release) {
    this.name = name;
    this.probe = probe;
    this.release = release;
  }

  /// Begins to look after the calls.
  public void start() {
    looking = Thread.ofVirtual().name("probe of " + name).start(this::lookAfterCalls);
  }

  @Override
  public void close() {
    stopping.countDown();
    Absence now = absence;
    if (now != null) {
      now.over.countDown();
    }
    try {
      if (looking != null) {
        looking.interrupt();
        looking.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether it is known to be away.
  public boolean isAway() {
    return absence != null;
  }

  /// Asks it something.
  ///
  /// @throws PeerUnavailable at once, when it is known to be away
  public <T, E extends Exception> T call(Call<T, E> call) throws E, PeerUnavailable {
    if (isAway()) {
      throw new PeerUnavailable(name);
    }
    Waiting entry = new Waiting();
    waiting.add(entry);
    try {
      T answer = call.run();
      heard = System.nanoTime();
      return answer;
    } finally {
      waiting.remove(entry);
      synchronized (entry) {
        entry.over = true;
        if (entry.interrupted) {
          // Meant for the call that is over, not for what the thread does next.
          Thread.interrupted();
        }
      }
    }
  }

  /// Waits while it is away, but no longer than that; whether it is there.
  public boolean awaitAnswer(Duration most) throws InterruptedException {
    Absence now = absence;
    return now == null
        || (now.over.await(most.toMillis(), TimeUnit.MILLISECONDS) && stopping.getCount() > 0);
  }

  private void interruptCalls() {
    for (Waiting entry : waiting) {
      synchronized (entry) {
        if (!entry.over) {
          entry.interrupted = true;
          entry.thread.interrupt();
        }
      }
    }
  }

  private void lookAfterCalls() {
    try {
      while (!stopping.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        if (isAway() || isWaitedFor()) {
          probe();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isWaitedFor() {
    long now = System.nanoTime();
    if (now - heard < FRESH.toNanos()) {
      misses = 0;
      return false;
    }
    return misses > 0
        || waiting.stream().anyMatch(entry -> now - entry.since > USUAL_CALL.toNanos());
  }

  private void probe() throws InterruptedException {
    long began = System.nanoTime();
    FutureTask<Void> felt =
        new FutureTask<>(() -> {
          probe.run();
          return null;
        });
    Thread feeling = Thread.ofVirtual().name("probe of " + name).start(felt);
    try {
      felt.get(PULSE.toMillis(), TimeUnit.MILLISECONDS);
      back();
    } catch (ExecutionException e) {
      missed(began, String.valueOf(e.getCause()), 1);
    } catch (TimeoutException e) {
      missed(began, "no answer within " + PULSE.toMillis() + " ms", MISSES);
    } finally {
      feeling.interrupt();
    }
  }

  private void missed(long began, String why, int count) {
    if (heard - began > 0) {
      // Others have had their answers meanwhile.
      misses = 0;
      return;
    }
    misses += count;
    if (misses >= MISSES) {
      if (absence == null) {
        absence = new Absence(System.nanoTime(), new CountDownLatch(1));
        LOG.error("{} is away: {}", name, why);
      }
      release.run();
    }
  }

  private void back() {
    misses = 0;
    heard = System.nanoTime();
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
