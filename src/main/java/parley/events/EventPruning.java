package parley.events;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import parley.background.PeriodicWork;
import parley.db.Database;
import parley.tenants.TenantId;

/// Removes events that are older than they are kept, except messages, which stay for their rooms.
/// Every node does so; none waits for another.
public final class EventPruning implements AutoCloseable {
  /// So that no transaction lasts long.
  private static final int AT_ONCE = 5000;

  private final Database database;
  private final EventTable table = new EventTable();
  private final Clock clock;
  private final Duration kept;
  private final Duration every;
  private final PeriodicWork periodicWork = new PeriodicWork();

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
    periodicWork.every(
        every, "event-pruning", () -> database.inTransaction(table::tenants).forEach(this::prune));
  }

  @Override
  public void close() {
    periodicWork.close();
  }

  private void prune(TenantId tenant) {
    Instant before = clock.instant().minus(kept);
    boolean more = true;
    while (more && !periodicWork.isStopping()) {
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
