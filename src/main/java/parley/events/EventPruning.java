package parley.events;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import parley.background.PeriodicWork;
import parley.db.Database;
import parley.tenants.TenantId;

/// Deletes events when their retention ends, except for messages, which remain in their rooms. Runs
/// on every node; nodes do not wait for each other.
public final class EventPruning implements AutoCloseable {
  private static final String NAME = "event-pruning";

  /// Keeps transactions short.
  private static final int BATCH = 5000;

  private final Database database;
  private final Clock clock;
  private final Duration kept;
  private final Duration every;
  private final PeriodicWork periodicWork = new PeriodicWork();

  /// @param kept the retention
  /// @param every how often to prune
  public EventPruning(Database database, Clock clock, Duration kept, Duration every) {
    this.database = database;
    this.clock = clock;
    this.kept = kept;
    this.every = every;
  }

  /// Starts to prune.
  public void start() {
    periodicWork.every(
        every,
        NAME,
        () ->
            database
                .inTransaction(PositionTable::tenants)
                .forEach(tenant -> PeriodicWork.safely(NAME, () -> prune(tenant))));
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
            long from = PositionTable.extent(transaction, tenant).pruned();
            long upTo = EventTable.olderThan(transaction, tenant, from, before, BATCH);
            if (upTo == from) {
              return false;
            }
            EventTable.remove(transaction, tenant, from, upTo);
            // Last, because inserting an event needs the lock of this row.
            PositionTable.prune(transaction, tenant, upTo);
            return true;
          });
    }
  }
}
