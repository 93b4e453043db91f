package parley.calls;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import parley.tenants.TenantId;

/// Limits concurrent imports of recordings. Tenants take turns, each with one recording at a time,
/// so that no tenant waits for all the recordings of another.
final class ImportTurns {
  /// Each import needs space in the spool for a whole recording.
  private static final int MAX_CONCURRENT = 3;

  private final Semaphore permits = new Semaphore(MAX_CONCURRENT, true);
  private final Map<TenantId, Turn> tenants = new HashMap<>();

  private static final class Turn {
    final Semaphore free = new Semaphore(1, true);
    int imports;
  }

  /// Waits until the tenant may import a recording. Ends with [#end].
  void begin(TenantId tenant) {
    Turn turn;
    synchronized (this) {
      turn = tenants.computeIfAbsent(tenant, id -> new Turn());
      turn.imports++;
    }
    turn.free.acquireUninterruptibly();
    permits.acquireUninterruptibly();
  }

  /// Ends a [#begin]; call this once for each.
  synchronized void end(TenantId tenant) {
    permits.release();
    Turn turn = tenants.get(tenant);
    if (turn != null) {
      turn.free.release();
      turn.imports--;
      if (turn.imports == 0) {
        tenants.remove(tenant);
      }
    }
  }
}
