package parley.events;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import parley.background.PeriodicWork;
import parley.db.Database;
import parley.db.Signals;
import parley.tenants.TenantId;

/// Delivers events, from whichever node they come, to this node's subscribers. Each tenant's events
/// are read once for all of its subscribers.
///
/// Nodes signal each other when there are new events. In addition, each node polls once a second,
/// because signals can be lost.
public final class EventFeed implements AutoCloseable {
  private static final String CHANNEL = "parley_events";
  private static final Duration POLLING_INTERVAL = Duration.ofSeconds(1);

  private final Database database;
  private final Signals signals;
  private final String node = UUID.randomUUID().toString();
  private final Map<TenantId, TenantFeed> feeds = new HashMap<>();
  private final AtomicInteger listeners = new AtomicInteger();
  private final PeriodicWork periodicWork = new PeriodicWork();
  private volatile boolean stopping;

  public EventFeed(Database database, Signals signals) {
    this.database = database;
    this.signals = signals;
  }

  /// Starts to listen for signals. Call this before the signals are started.
  public void start() {
    signals.listen(CHANNEL, this::signalled);
    periodicWork.every(POLLING_INTERVAL, "events-polling", this::poll);
  }

  /// Ends all current and future waits. Call this before waiting for the current requests.
  public void release() {
    stopping = true;
    running().values().forEach(feed -> feed.each(Subscriber::stopping));
  }

  /// The number of subscribers on this node.
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
    running().values().forEach(TenantFeed::stop);
    periodicWork.close();
  }

  /// Announces that this node has committed events of the tenant.
  void committed(TenantId tenant) {
    wake(tenant);
    signals.sendSoon(CHANNEL, node + " " + tenant);
  }

  /// Delivers all events after the returned position to the subscriber, which reads earlier ones by
  /// itself. Ends with [#detach].
  long attach(Subscriber subscriber) {
    TenantId tenant = subscriber.caller().tenant();
    synchronized (this) {
      TenantFeed running = feeds.get(tenant);
      if (running != null) {
        return add(running, subscriber);
      }
    }
    // Not under the monitor, which threads need that have just committed and still hold a
    // connection.
    long last =
        database.inTransaction(transaction -> PositionTable.extent(transaction, tenant)).last();
    synchronized (this) {
      TenantFeed feed = feeds.get(tenant);
      if (feed == null) {
        feed = new TenantFeed(database, tenant, last);
        feed.start();
        // More may have been committed since the position was read.
        feed.wake();
        feeds.put(tenant, feed);
      }
      return add(feed, subscriber);
    }
  }

  private long add(TenantFeed feed, Subscriber subscriber) {
    listeners.incrementAndGet();
    return feed.add(subscriber);
  }

  /// Ends an [#attach]; call this once for each.
  void detach(Subscriber subscriber) {
    TenantId tenant = subscriber.caller().tenant();
    synchronized (this) {
      TenantFeed feed = feeds.get(tenant);
      if (feed == null) {
        return;
      }
      listeners.decrementAndGet();
      if (feed.remove(subscriber)) {
        feeds.remove(tenant);
        feed.stop();
      }
    }
  }

  private synchronized Map<TenantId, TenantFeed> running() {
    return new HashMap<>(feeds);
  }

  private void signalled(String payload) {
    String[] parts = payload.split(" ", 2);
    if (parts.length == 2 && !parts[0].equals(node)) {
      TenantId.parse(parts[1]).ifPresent(this::wake);
    }
  }

  private synchronized void wake(TenantId tenant) {
    TenantFeed feed = feeds.get(tenant);
    if (feed != null) {
      feed.wake();
    }
  }

  private void poll() {
    Map<TenantId, TenantFeed> running = running();
    if (!running.isEmpty()) {
      Map<TenantId, Long> last =
          database.inTransaction(
              transaction -> PositionTable.lastOf(transaction, running.keySet()));
      running.forEach((tenant, feed) -> {
        if (last.getOrDefault(tenant, 0L) > feed.position()) {
          feed.wake();
        }
      });
    }
  }
}
