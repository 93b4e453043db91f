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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.db.Database;
import parley.db.DatabaseUnavailable;
import parley.events.EventTable.Stay;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Reads the events of one tenant once for all who listen on this node, and tells each of them what
/// they may hear.
final class TenantFeed {
  private static final Logger LOG = LoggerFactory.getLogger(TenantFeed.class);
  private static final int READ_AT_ONCE = 100;
  private static final int MOST_ROOMS_REMEMBERED = 1000;
  private static final long RETRY_MILLIS = 500;

  private final Database database;
  private final EventTable table = new EventTable();
  private final TenantId tenant;
  private final Semaphore wake = new Semaphore(0);

  /// Guards the position and the subscribers.
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<UserId, Set<Subscriber>> subscribers = new HashMap<>();
  private long position;
  private volatile boolean stopped;

  /// Only the reading thread's own. What changes who hears a room is itself an event of the room,
  /// with which its entry goes.
  private final Map<RoomId, Map<UserId, List<Stay>>> stays =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RoomId, Map<UserId, List<Stay>>> eldest) {
          return size() > MOST_ROOMS_REMEMBERED;
        }
      };

  /// A feed of what comes behind the position.
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

  /// There may be something new.
  void wake() {
    if (wake.availablePermits() == 0) {
      wake.release();
    }
  }

  /// The last event that has been told.
  long position() {
    lock.lock();
    try {
      return position;
    } finally {
      lock.unlock();
    }
  }

  /// Tells the subscriber everything behind the position that this answers.
  long add(Subscriber subscriber) {
    lock.lock();
    try {
      subscribers
          .computeIfAbsent(subscriber.caller().user(), user -> new HashSet<>())
          .add(subscriber);
      return position;
    } finally {
      lock.unlock();
    }
  }

  /// Tells it nothing more; answers whether nobody listens any more.
  boolean remove(Subscriber subscriber) {
    lock.lock();
    try {
      Set<Subscriber> ofUser = subscribers.get(subscriber.caller().user());
      if (ofUser != null && ofUser.remove(subscriber) && ofUser.isEmpty()) {
        subscribers.remove(subscriber.caller().user());
      }
      return subscribers.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /// Does something with each subscriber there is now.
  void each(Consumer<Subscriber> action) {
    List<Subscriber> all = new ArrayList<>();
    lock.lock();
    try {
      subscribers.values().forEach(all::addAll);
    } finally {
      lock.unlock();
    }
    all.forEach(action);
  }

  private void run() {
    try {
      while (!stopped) {
        wake.acquire();
        wake.drainPermits();
        tellAll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tellAll() throws InterruptedException {
    try {
      int read = READ_AT_ONCE;
      while (read == READ_AT_ONCE && !stopped) {
        List<Event> events =
            database.inTransaction(
                transaction -> table.behind(transaction, tenant, position(), READ_AT_ONCE));
        learnStays(events);
        tell(events);
        read = events.size();
      }
    } catch (RuntimeException e) {
      if (DatabaseUnavailable.isCauseOf(e)) {
        LOG.debug("the events of {} cannot be read now", tenant);
      } else {
        LOG.warn("the events of {} cannot be read; the next try is soon", tenant, e);
      }
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      wake();
    }
  }

  private void learnStays(List<Event> events) {
    for (Event event : events) {
      if (event.changesListeners()) {
        stays.remove(event.room());
      }
    }
    for (Event event : events) {
      RoomId room = event.room();
      if (room != null && !stays.containsKey(room)) {
        stays.put(
            room,
            database.inTransaction(transaction -> table.stays(transaction, tenant, room)).stream()
                .collect(Collectors.groupingBy(Stay::user)));
      }
    }
  }

  private void tell(List<Event> events) {
    lock.lock();
    try {
      for (Event event : events) {
        LiveEvent live = new LiveEvent(event);
        switch (event.audience()) {
          case Audience.User(UserId user) -> tell(subscribers.get(user), live);
          case Audience.Room room -> tell(room, live);
        }
        position = event.position();
      }
    } finally {
      lock.unlock();
    }
  }

  private void tell(Audience.Room audience, LiveEvent event) {
    Map<UserId, List<Stay>> ofRoom = stays.getOrDefault(audience.room(), Map.of());
    subscribers.forEach((user, ofUser) -> {
      boolean member = isIn(ofRoom.get(user), event.position());
      if (user.equals(audience.besides()) || (member && !user.equals(audience.except()))) {
        tell(ofUser, event);
      }
    });
  }

  private static boolean isIn(@Nullable List<Stay> stays, long position) {
    if (stays != null) {
      for (Stay stay : stays) {
        if (stay.from() <= position && position <= stay.until()) {
          return true;
        }
      }
    }
    return false;
  }

  private static void tell(@Nullable Set<Subscriber> subscribers, LiveEvent event) {
    if (subscribers != null) {
      for (Subscriber subscriber : subscribers) {
        subscriber.heard(event);
      }
    }
  }
}
