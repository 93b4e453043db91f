package parley.tenants;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;

/// Limits how many units of some work run at the same time. A tenant never has more than its share
/// running or next in line, so that no tenant waits for everything that another has to do.
public final class TenantTurns {
  private final Semaphore permits;
  private final int ofTenant;
  private final Map<TenantId, Turn> tenants = new HashMap<>();

  private static final class Turn {
    final Semaphore free;
    int users;

    Turn(int permits) {
      free = new Semaphore(permits, true);
    }
  }

  /// @param maxConcurrent for all tenants together
  /// @param maxOfTenant for one of them
  public TenantTurns(int maxConcurrent, int maxOfTenant) {
    permits = new Semaphore(maxConcurrent, true);
    ofTenant = maxOfTenant;
  }

  /// Waits for the tenant's turn. Ends with [#end].
  public void begin(TenantId tenant) {
    Turn turn;
    synchronized (this) {
      turn = tenants.computeIfAbsent(tenant, id -> new Turn(ofTenant));
      turn.users++;
    }
    turn.free.acquireUninterruptibly();
    permits.acquireUninterruptibly();
  }

  /// Ends a [#begin]; call this once for each.
  public synchronized void end(TenantId tenant) {
    permits.release();
    Turn turn = tenants.get(tenant);
    if (turn != null) {
      turn.free.release();
      turn.users--;
      if (turn.users == 0) {
        tenants.remove(tenant);
      }
    }
  }
}
