package parley.events;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.db.Database;
import parley.tenants.TenantId;

/// Removes events that are older than they are kept, except messages, which stay for their rooms.
/// Every node does so; none waits for another.
public final class EventPruning implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventPruning.class);

  /// So that no transaction lasts long.
  private static final int AT_ONCE = 5000;

  private final Database database;
  private final EventTable table = new EventTable();
  private final Clock clock;
  private final Duration kept;
  private final Duration every;
  private final CountDownLatch stop = new CountDownLatch(1);
  private @Nullable Thread thread;

  /// @param kept how long events stay
  /// @param every how long to wait between two looks
  public EventPruning(Database database, Clock clock, Duration kept, Duration every) {
    this.database = database;
    this.clock = clock;
    this.kept = kept;
    this.every = every;
  }

  /// Begins to look.
  public void start() {
    thread = Thread.ofVirtual().name("event-pruning").start(this::run);
  }

  @Override
  public void close() {
    stop.countDown();
    try {
      if (thread != null) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      do {
        try {
          database.inTransaction(table::tenants).forEach(this::prune);
        } catch (RuntimeException e) {
          LOG.warn("old events were not removed; the next look tries again", e);
        }
      } while (!stop.await(every.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void prune(TenantId tenant) {
    Instant before = clock.instant().minus(kept);
    boolean more = true;
    while (more && stop.getCount() > 0) {
      more =
          database.inTransaction(transaction -> {
            long from = table.extent(transaction, tenant).pruned();
            long upTo = table.olderThan(transaction, tenant, from, before, AT_ONCE);
            if (upTo == from) {
              return false;
            }
            table.removePruned(transaction, tenant, from, upTo);
            // Last, because whoever adds an event waits for this row.
            table.prune(transaction, tenant, upTo);
            return true;
          });
    }
  }
}
