package parley.events;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.auth.ApiKeys;
import parley.auth.KeyId;
import parley.auth.KeyValidator;
import parley.db.Database;
import parley.db.DatabaseUnavailable;
import parley.db.Signals;
import parley.tenants.TenantId;

/// Tells those who listen on this node what happens on any node: each tenant's events are read once
/// for all of them.
///
/// Nodes signal to each other that there is something to read. Once a second a node looks by itself
/// for what a lost signal would have told, and whether the keys of those who listen still hold.
public final class EventFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
  private static final String CHANNEL = "parley_events";
  private static final long LOOK_EVERY_MILLIS = 1000;

  private final Database database;
  private final Signals signals;
  private final KeyValidator keys;
  private final Clock clock;
  private final EventTable table = new EventTable();
  private final String node = UUID.randomUUID().toString();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<TenantId, TenantFeed> feeds = new HashMap<>();
  private final Set<Subscriber> replaying = ConcurrentHashMap.newKeySet();
  private final AtomicInteger listeners = new AtomicInteger();
  private volatile boolean stopping;
  private @Nullable Thread watching;

  public EventFeed(Database database, Signals signals, KeyValidator keys, Clock clock) {
    this.database = database;
    this.signals = signals;
    this.keys = keys;
    this.clock = clock;
  }

  /// Begins to listen for signals, which are to be started after it.
  public void start() {
    signals.listen(CHANNEL, this::signalled);
    signals.listen(ApiKeys.REVOKED, key -> KeyId.parse(key).ifPresent(id -> cutOff(Set.of(id))));
    watching = Thread.ofVirtual().name("events-watch").start(this::watch);
  }

  /// Lets go of all who wait; whoever comes later is not kept waiting either. To be called before
  /// the requests under way are waited for.
  public void release() {
    stopping = true;
    each(Subscriber::stopping);
  }

  /// How many listen on this node.
  public int listeners() {
    return listeners.get();
  }

  /// Whether the node is about to stop.
  boolean isStopping() {
    return stopping;
  }

  @Override
  public void close() {
    release();
    running().forEach(TenantFeed::stop);
    try {
      if (watching != null) {
        watching.interrupt();
        watching.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Events of the tenant were committed on this node.
  void committed(TenantId tenant) {
    wake(tenant);
    signals.sendSoon(CHANNEL, node + " " + tenant);
  }

  /// Has somebody who does not listen yet, because they are still told of the past, cut off as
  /// those who do. Ends with [#replayed].
  void replays(Subscriber subscriber) {
    replaying.add(subscriber);
  }

  /// Ends what [#replays] began.
  void replayed(Subscriber subscriber) {
    replaying.remove(subscriber);
  }

  /// From the position that this answers on, the subscriber is told everything that it may hear;
  /// what was before is for it to read. Ends with [#detach].
  long attach(Subscriber subscriber) {
    TenantId tenant = subscriber.caller().tenant();
    lock.lock();
    try {
      TenantFeed running = feeds.get(tenant);
      if (running != null) {
        return add(running, subscriber);
      }
    } finally {
      lock.unlock();
    }
    // Not under the lock, which those want who have just committed and still hold a connection.
    long last = database.inTransaction(transaction -> table.extent(transaction, tenant)).last();
    lock.lock();
    try {
      TenantFeed feed = feeds.get(tenant);
      if (feed == null) {
        feed = new TenantFeed(database, tenant, last);
        feed.start();
        // Something may have been committed since the look.
        feed.wake();
        feeds.put(tenant, feed);
      }
      return add(feed, subscriber);
    } finally {
      lock.unlock();
    }
  }

  private long add(TenantFeed feed, Subscriber subscriber) {
    listeners.incrementAndGet();
    return feed.add(subscriber);
  }

  /// Ends what [#attach] began; to be called once for each of those.
  void detach(Subscriber subscriber) {
    TenantId tenant = subscriber.caller().tenant();
    lock.lock();
    try {
      TenantFeed feed = feeds.get(tenant);
      if (feed == null) {
        return;
      }
      listeners.decrementAndGet();
      if (feed.remove(subscriber)) {
        feeds.remove(tenant);
        feed.stop();
      }
    } finally {
      lock.unlock();
    }
  }

  private void each(Consumer<Subscriber> action) {
    replaying.forEach(action);
    running().forEach(feed -> feed.each(action));
  }

  private List<TenantFeed> running() {
    lock.lock();
    try {
      return new ArrayList<>(feeds.values());
    } finally {
      lock.unlock();
    }
  }

  private void signalled(String payload) {
    String[] parts = payload.split(" ", 2);
    if (parts.length == 2 && !parts[0].equals(node)) {
      TenantId.parse(parts[1]).ifPresent(this::wake);
    }
  }

  private void wake(TenantId tenant) {
    lock.lock();
    try {
      TenantFeed feed = feeds.get(tenant);
      if (feed != null) {
        feed.wake();
      }
    } finally {
      lock.unlock();
    }
  }

  private void watch() {
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        try {
          look();
        } catch (DatabaseUnavailable away) {
          LOG.debug("cannot look for events now");
        } catch (RuntimeException e) {
          LOG.warn("cannot look for events; the next look is soon: {}", e.toString());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    Map<TenantId, TenantFeed> now;
    lock.lock();
    try {
      now = new HashMap<>(feeds);
    } finally {
      lock.unlock();
    }
    if (!now.isEmpty()) {
      Map<TenantId, Long> last =
          database.inTransaction(transaction -> table.lastOf(transaction, now.keySet()));
      now.forEach((tenant, feed) -> {
        if (last.getOrDefault(tenant, 0L) > feed.position()) {
          feed.wake();
        }
      });
    }
    Set<KeyId> used = new HashSet<>();
    Instant time = clock.instant();
    each(subscriber -> {
      Instant until = subscriber.caller().issuedUntil();
      if (until == null) {
        used.add(subscriber.caller().key());
      } else if (!time.isBefore(until)) {
        subscriber.revoked();
      }
    });
    if (used.isEmpty()) {
      return;
    }
    Set<KeyId> revoked = new HashSet<>(used);
    revoked.removeAll(keys.valid(used));
    cutOff(revoked);
  }

  private void cutOff(Set<KeyId> revoked) {
    if (!revoked.isEmpty()) {
      each(subscriber -> {
        if (revoked.contains(subscriber.caller().key())) {
          subscriber.revoked();
        }
      });
    }
  }
}
