package parley.events;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.db.Database;
import parley.db.DatabaseUnavailable;
import parley.events.VisibilityTable.Range;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Reads the events of one tenant, once for all subscribers on this node, and delivers to each of
/// them those that they may read.
final class TenantFeed {
  private static final Logger LOG = LoggerFactory.getLogger(TenantFeed.class);
  private static final int BATCH = 100;
  private static final int MAX_CACHED_ROOMS = 1000;
  private static final long RETRY_MILLIS = 500;

  private final Database database;
  private final TenantId tenant;
  private final Semaphore wake = new Semaphore(0);

  private final Map<UserId, Set<Subscriber>> subscribers = new HashMap<>();

  private long position;
  private volatile boolean stopped;

  /// Membership ranges by room, used by the reading thread only. Every change of a room's members
  /// is itself an event of the room, which removes its entry.
  private final Map<RoomId, Map<UserId, List<Range>>> ranges =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RoomId, Map<UserId, List<Range>>> eldest) {
          return size() > MAX_CACHED_ROOMS;
        }
      };

  /// @param position delivers the events after this one
  TenantFeed(Database database, TenantId tenant, long position) {
    this.database = database;
    this.tenant = tenant;
    this.position = position;
  }

  void start() {
    Thread.ofVirtual().name("events-of-" + tenant).start(this::run);
  }

  void stop() {
    stopped = true;
    wake.release();
  }

  /// Reads new events soon.
  void wake() {
    if (wake.availablePermits() == 0) {
      wake.release();
    }
  }

  /// The position of the last delivered event.
  synchronized long position() {
    return position;
  }

  /// Adds a subscriber, which receives every event after the returned position.
  synchronized long add(Subscriber subscriber) {
    subscribers
        .computeIfAbsent(subscriber.caller().user(), user -> new HashSet<>())
        .add(subscriber);
    return position;
  }

  /// Removes a subscriber; returns whether none is left.
  synchronized boolean remove(Subscriber subscriber) {
    Set<Subscriber> ofUser = subscribers.get(subscriber.caller().user());
    if (ofUser != null && ofUser.remove(subscriber) && ofUser.isEmpty()) {
      subscribers.remove(subscriber.caller().user());
    }
    return subscribers.isEmpty();
  }

  /// Runs an action for each current subscriber.
  void each(Consumer<Subscriber> action) {
    List<Subscriber> all = new ArrayList<>();
    synchronized (this) {
      subscribers.values().forEach(all::addAll);
    }
    all.forEach(action);
  }

  private void run() {
    try {
      while (!stopped) {
        wake.acquire();
        wake.drainPermits();
        deliverNew();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deliverNew() throws InterruptedException {
    try {
      int read = BATCH;
      while (read == BATCH && !stopped) {
        List<Event> events =
            database.inTransaction(
                transaction -> EventTable.after(transaction, tenant, position(), BATCH));
        cacheRanges(events);
        deliver(events);
        read = events.size();
      }
    } catch (RuntimeException e) {
      if (DatabaseUnavailable.isCauseOf(e)) {
        LOG.debug("cannot read the events of {} now", tenant);
      } else {
        LOG.warn("cannot read the events of {}; trying again soon", tenant, e);
      }
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      wake();
    }
  }

  private void cacheRanges(List<Event> events) {
    for (Event event : events) {
      if (event.changesListeners()) {
        ranges.remove(event.audience().roomId());
      }
    }
    for (Event event : events) {
      RoomId room = event.audience().roomId();
      if (room != null && !ranges.containsKey(room)) {
        ranges.put(
            room,
            database
                .inTransaction(transaction ->
                    VisibilityTable.ranges(transaction, tenant, room, event.position()))
                .stream()
                .collect(Collectors.groupingBy(Range::userId)));
      }
    }
  }

  private synchronized void deliver(List<Event> events) {
    for (Event event : events) {
      LiveEvent live = new LiveEvent(event);
      switch (event.audience()) {
        case Audience.User(UserId user) -> deliver(subscribers.get(user), live);
        case Audience.Room room -> deliver(room, live);
      }
      position = event.position();
    }
  }

  private void deliver(Audience.Room audience, LiveEvent event) {
    Map<UserId, List<Range>> ofRoom = ranges.getOrDefault(audience.room(), Map.of());
    subscribers.forEach((user, ofUser) -> {
      boolean member =
          ofRoom.getOrDefault(user, List.of()).stream()
              .anyMatch(range -> range.includes(event.position()));
      if (user.equals(audience.besides()) || (member && !user.equals(audience.except()))) {
        deliver(ofUser, event);
      }
    });
  }

  private static void deliver(@Nullable Set<Subscriber> subscribers, LiveEvent event) {
    if (subscribers != null) {
      subscribers.forEach(subscriber -> subscriber.receive(event));
    }
  }
}
